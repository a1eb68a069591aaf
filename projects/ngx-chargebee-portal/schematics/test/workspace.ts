// Creates workspaces like those of `ng new`, edits them, and runs `ng add` in them.
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

/** The workspaces by their options. They are created once and copied, since creating one is slow. */
const created = new Map<string, Promise<UnitTestTree>>();

/** Returns a new workspace with an app named `shop`. */
export async function freshApp(options: AppOptions = {}): Promise<UnitTestTree> {
  const key = JSON.stringify(options);
  if (!created.has(key))
    created.set(
      key,
      emptyWorkspace().then((tree) => addApp(tree, options)),
    );
  return new UnitTestTree((await created.get(key)!).branch());
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

/** The result of `ng add`. */
export interface Outcome {
  readonly tree: UnitTestTree;
  readonly messages: string;
  readonly tasks: SchematicTestRunner['tasks'];
}

/** Runs `ng add` with the options `ANSWERS`, which the given ones override. */
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

/** Returns the content of every file, byte for byte, by its path. */
export function snapshot(tree: UnitTestTree): Record<string, string> {
  return Object.fromEntries(tree.files.map((path) => [path, tree.read(path)!.toString('latin1')]));
}

/** Returns the paths of the files that differ between two snapshots. */
export function changedFiles(
  before: Record<string, string>,
  after: Record<string, string>,
): string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => before[path] !== after[path]).sort();
}

/** Returns the lines that an edited text no longer has. A comma that was added at the end of a line does not count. */
export function lostLines(before: string, after: string): string[] {
  const rest = after.split(/\r?\n/);
  return before.split(/\r?\n/).filter((line) => {
    const index = rest.findIndex((other) => other === line || other === `${line},`);
    if (index < 0) return true;
    rest.splice(0, index + 1);
    return false;
  });
}

/** Returns the text of a file with all white space reduced to single spaces. */
export function code(tree: UnitTestTree, path: string): string {
  return tree.readText(path).replaceAll(/\s+/g, ' ');
}

/** Counts the occurrences of a text in the TypeScript files of a folder. */
export function count(tree: UnitTestTree, folder: string, text: string): number {
  return tree.files
    .filter((path) => path.startsWith(folder) && path.endsWith('.ts'))
    .reduce((sum, path) => sum + tree.readText(path).split(text).length - 1, 0);
}

/** Replaces text in a file. @throws Error if the file does not contain it */
export function edit(tree: UnitTestTree, path: string, search: string | RegExp, by: string): void {
  const before = tree.readText(path);
  const after = before.replace(search, by);
  if (after === before) throw new Error(`${path} has no ${String(search)}:\n${before}`);
  tree.overwrite(path, after);
}

/** Adds dependencies to the workspace's package.json. */
export function addDependencies(tree: UnitTestTree, dependencies: Record<string, string>): void {
  const manifest = tree.readJson('/package.json') as { dependencies: Record<string, string> };
  Object.assign(manifest.dependencies, dependencies);
  tree.overwrite('/package.json', JSON.stringify(manifest, null, 2));
}
