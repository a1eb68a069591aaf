import { join } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { readJsonFile } from '../text-file';
import { foldersAbove, isLinked, readJsonOnDisk } from './monorepo';

/** The kinds of dependencies in a package.json. */
const KINDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** Returns the version range of a package in the workspace's package.json, such as `^4.3.8`. */
export function declaredVersion(tree: Tree, name: string): string | undefined {
  return dependencyOf(readJsonFile(tree, '/package.json'), name);
}

/** Returns the version range of a package in the workspace's package.json, or in one above it in a monorepo. */
export function declaredInMonorepo(tree: Tree, name: string): string | undefined {
  const manifests = foldersAbove(tree).map((folder) =>
    readJsonOnDisk(join(folder, 'package.json')),
  );
  return (
    declaredVersion(tree, name) ??
    manifests.map((manifest) => dependencyOf(manifest, name)).find(Boolean)
  );
}

/** Returns the major version of the installed package, or else the lowest that package.json allows. */
export function resolvedMajor(tree: Tree, name: string): number | undefined {
  const installed = installedManifest(tree, name)?.version;
  const version = typeof installed === 'string' ? installed : declaredVersion(tree, name);
  const major = version?.match(/^\D{0,2}(\d+)(\.|$)/)?.[1];
  return major === undefined ? undefined : Number(major);
}

/**
 * Returns whether a package depends on another; undefined if its package.json is not reliable. Packages of a monorepo often use
 * dependencies that only the root declares, so only the package.json of a package from a registry is reliable.
 */
export function packageDependsOn(tree: Tree, name: string, other: string): boolean | undefined {
  const manifest = installedManifest(tree, name);
  if (dependencyOf(manifest, other) !== undefined) return true;
  const version = declaredInMonorepo(tree, name);
  const isFromRegistry =
    version !== undefined &&
    !/^(workspace|file|link|portal):|^\*$/.test(version) &&
    !isLinked(tree, name);
  return manifest && isFromRegistry ? false : undefined;
}

/** Reads the package.json of an installed package. In a monorepo it may be installed above the workspace. */
function installedManifest(tree: Tree, name: string): Record<string, unknown> | undefined {
  const path = `node_modules/${name}/package.json`;
  const inWorkspace = readJsonFile(tree, `/${path}`);
  if (inWorkspace) return inWorkspace;
  for (const folder of foldersAbove(tree)) {
    const above = readJsonOnDisk(join(folder, path));
    if (above) return above;
  }
  return undefined;
}

function dependencyOf(
  manifest: Record<string, unknown> | undefined,
  name: string,
): string | undefined {
  for (const kind of KINDS) {
    const version = (manifest?.[kind] as Record<string, unknown> | undefined)?.[name];
    if (typeof version === 'string') return version;
  }
  return undefined;
}
