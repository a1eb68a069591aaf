import { posix } from 'node:path';
import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { NodePackageInstallTask } from '@angular-devkit/schematics/tasks';
import type { ObjectLiteralExpression, PropertyAssignment } from 'typescript';
import { ts } from '../analysis/typescript';
import { installByHand } from '../messages';
import { readJsonFile, readTextFile } from '../text-file';
import { insertElements } from './list';
import { styleOf } from './style';
import { TextEdits } from './text-edits';

const MANIFEST = '/package.json';

/**
 * Adds dependencies to the workspace's package.json in alphabetical order, and schedules their installation with the
 * workspace's package manager. Without a package.json it warns that they are to be installed by hand. `addDependency` of
 * `@schematics/angular` would reformat the whole file.
 */
export function addDependencies(
  tree: Tree,
  context: SchematicContext,
  dependencies: Readonly<Record<string, string>>,
): void {
  const names = Object.keys(dependencies);
  if (!names.length) return;
  if (!readJsonFile(tree, MANIFEST)) {
    context.logger.warn(installByHand(names));
    return;
  }
  for (const [name, version] of Object.entries(dependencies)) addDependency(tree, name, version);
  context.addTask(new NodePackageInstallTask({ workingDirectory: posix.dirname(MANIFEST) }));
}

function addDependency(tree: Tree, name: string, version: string): void {
  const manifest = readTextFile(tree, MANIFEST)!;
  const { text } = manifest;
  const file = ts.parseJsonText(MANIFEST, text);
  const root = file.statements[0].expression as ObjectLiteralExpression;
  const edits = new TextEdits(text);
  const style = styleOf(file);
  const section = root.properties.filter(ts.isPropertyAssignment).find(isNamed('dependencies'));
  const entry = `${JSON.stringify(name)}: ${JSON.stringify(version)}`;
  if (section && ts.isObjectLiteralExpression(section.initializer)) {
    const { properties } = section.initializer;
    const before = properties.findLastIndex((property) => (nameOf(property) ?? '') < name);
    const list = { node: section.initializer, elements: properties };
    insertElements(edits, file, style, list, [[entry]], before);
  } else {
    const list = { node: root, elements: root.properties };
    insertElements(edits, file, style, list, [['"dependencies": {', `  ${entry}`, '}']]);
  }
  tree.overwrite(MANIFEST, manifest.encode(edits.apply()));
}

function isNamed(name: string): (property: PropertyAssignment) => boolean {
  return (property) => nameOf(property) === name;
}

function nameOf({ name }: { name?: unknown }): string | undefined {
  return (name as { text?: string } | undefined)?.text;
}
