// Workspaces as `ng new` makes them, changed as teams do, and `ng add` run in them.
import { join } from 'node:path';
import { SchematicTestRunner, UnitTestTree } from '@angular-devkit/schematics/testing';
import type { Schema } from '../ng-add/schema';

const COLLECTION = join(__dirname, '..', 'collection.json');
const ANGULAR = '@schematics/angular';
export const ANSWERS: Schema = { site: 'acme-test', backend: 'graphql', url: '/graphql' };
export const CONFIG = '/projects/shop/src/app/app.config.ts';
export const MAIN = '/projects/shop/src/main.ts';
export const APP_MODULE = '/projects/shop/src/app/app-module.ts';

export interface AppOptions {
  name?: string;
  standalone?: boolean;
  zoneless?: boolean;
  ssr?: boolean;
  projectRoot?: string;
}

/** Workspaces that were made already, by their options: making one takes longer than what is tested in it. */
const made = new Map<string, Promise<UnitTestTree>>();

/** A fresh workspace with one app in it, named `shop`. */
export async function freshApp(options: AppOptions = {}): Promise<UnitTestTree> {
  const key = JSON.stringify(options);
  if (!made.has(key))
    made.set(
      key,
      emptyWorkspace().then((tree) => addApp(tree, options)),
    );
  return new UnitTestTree((await made.get(key)!).branch());
}

export function emptyWorkspace(): Promise<UnitTestTree> {
  const workspace = { name: 'workspace', newProjectRoot: 'projects', version: '21.0.0' };
  return newRunner().runExternalSchematic<object>(ANGULAR, 'workspace', workspace);
}

export function addApp(tree: UnitTestTree, options: AppOptions = {}): Promise<UnitTestTree> {
  const app = {
    name: 'shop',
    standalone: true,
    zoneless: true,
    skipTests: true,
    skipInstall: true,
    ...options,
  };
  return newRunner().runExternalSchematic<object>(ANGULAR, 'application', app, tree);
}

export function addLibrary(tree: UnitTestTree, name: string): Promise<UnitTestTree> {
  const library = { name, skipInstall: true };
  return newRunner().runExternalSchematic<object>(ANGULAR, 'library', library, tree);
}

/** What a run of `ng add` did, beside changing the tree. */
export interface Outcome {
  readonly tree: UnitTestTree;
  readonly messages: string;
  readonly tasks: SchematicTestRunner['tasks'];
}

/** Runs `ng add` with the usual answers, or others. */
export async function ngAdd(tree: UnitTestTree, answers: Partial<Schema> = {}): Promise<Outcome> {
  const runner = newRunner();
  const messages: string[] = [];
  runner.logger.subscribe(({ message }) => messages.push(message));
  const after = await runner.runSchematic<object>('ng-add', { ...ANSWERS, ...answers }, tree);
  return { tree: after, messages: messages.join('\n'), tasks: runner.tasks };
}

function newRunner(): SchematicTestRunner {
  return new SchematicTestRunner('ngx-chargebee-portal', COLLECTION);
}

/** Every file of a tree, byte for byte. */
export function snapshot(tree: UnitTestTree): Record<string, string> {
  return Object.fromEntries(tree.files.map((path) => [path, tree.read(path)!.toString('latin1')]));
}

/** The paths of the files that differ between two snapshots. */
export function changedFiles(
  before: Record<string, string>,
  after: Record<string, string>,
): string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => before[path] !== after[path]).sort();
}

/** The lines of a text that are gone from an edited one. A line that only got a comma at its end is still there. */
export function lostLines(before: string, after: string): string[] {
  const rest = after.split(/\r?\n/);
  return before.split(/\r?\n/).filter((line) => {
    const index = rest.findIndex((other) => other === line || other === `${line},`);
    if (index < 0) return true;
    rest.splice(0, index + 1);
    return false;
  });
}

/** A file without its layout, for expectations of the code alone. */
export function code(tree: UnitTestTree, path: string): string {
  return tree.readText(path).replaceAll(/\s+/g, ' ');
}

/** How often a text is in the TypeScript files of a folder. */
export function count(tree: UnitTestTree, folder: string, text: string): number {
  return tree.files
    .filter((path) => path.startsWith(folder) && path.endsWith('.ts'))
    .reduce((sum, path) => sum + tree.readText(path).split(text).length - 1, 0);
}

/** Changes a file; fails when the text to be replaced is not in it. */
export function edit(tree: UnitTestTree, path: string, search: string | RegExp, by: string): void {
  const before = tree.readText(path);
  const after = before.replace(search, by);
  if (after === before) throw new Error(`${path} has no ${String(search)}:\n${before}`);
  tree.overwrite(path, after);
}

/** Adds dependencies to the workspace's manifest. */
export function declare(tree: UnitTestTree, dependencies: Record<string, string>): void {
  const manifest = tree.readJson('/package.json') as { dependencies: Record<string, string> };
  Object.assign(manifest.dependencies, dependencies);
  tree.overwrite('/package.json', JSON.stringify(manifest, null, 2));
}
