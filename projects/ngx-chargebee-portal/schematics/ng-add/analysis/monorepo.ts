import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { parseJsonObject } from '../text-file';

/**
 * Returns the folders above the workspace, the nearest first. In a monorepo they have packages that the workspace uses, and a
 * `Tree` does not read them. Empty if the workspace is not on disk, as in tests.
 */
export function foldersAbove(tree: Tree): string[] {
  const workspace = workspaceFolder(tree);
  return workspace === undefined ? [] : ancestors(workspace).slice(1);
}

/** Returns whether a package is a folder of the monorepo, which its package manager links into `node_modules`. */
export function isLinked(tree: Tree, name: string): boolean {
  const workspace = workspaceFolder(tree);
  const folders = workspace === undefined ? [] : ancestors(workspace);
  const real = folders.map((folder) => realPath(join(folder, 'node_modules', name))).find(Boolean);
  return real !== undefined && !/[\\/]node_modules[\\/]/.test(real);
}

/** Reads a JSON file on disk; undefined if there is none. */
export function readJsonOnDisk(path: string): Record<string, unknown> | undefined {
  return parseJsonObject(readOnDisk(path)?.toString('utf8'));
}

/** Finds the workspace's folder by its package.json, since a `Tree` does not know its root: it is at or above the current one. */
function workspaceFolder(tree: Tree): string | undefined {
  const manifest = tree.read('/package.json');
  if (!manifest) return undefined;
  return ancestors(process.cwd()).find((folder) =>
    readOnDisk(join(folder, 'package.json'))?.equals(manifest),
  );
}

/** Returns a folder and those that contain it. */
function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function readOnDisk(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
