import { posix } from 'node:path';
import { SchematicsException, type Tree } from '@angular-devkit/schematics';
import { readWorkspace, type ProjectDefinition } from '@schematics/angular/utility';
import { readJsonFile } from '../text-file';

/** The app to set up, with the files that its build starts from. */
export interface App {
  readonly name: string;
  /** The folders of the app, with slashes at both ends. */
  readonly folders: readonly string[];
  /** Those of other projects, which may lie inside the app's own. */
  readonly otherFolders: readonly string[];
  readonly main: string;
  /** The file that renders the app on a server. */
  readonly server: string | undefined;
  /** The entry files of some builds, in the place of the other. */
  readonly otherMains: readonly string[];
  readonly tsConfig: string | undefined;
  /** The files that some builds put in the place of others, by those others. */
  readonly replacements: ReadonlyMap<string, string>;
  /** The sources of the workspace's libraries, by the name under which an app imports them. */
  readonly libraries: Record<string, string[]>;
}

/** Finds the app that was named, or the only one there is. */
export async function findApp(tree: Tree, named: string | undefined): Promise<App> {
  const projects = [...(await readWorkspace(tree)).projects];
  const [name, project] = chooseApp(projects, named);
  const root = folder(project.root);
  return {
    name,
    folders: foldersOf(project),
    otherFolders: projects.flatMap(([, other]) => (other === project ? [] : foldersOf(other))),
    main: mainFile(tree, name, project),
    server: serverFile(tree, project),
    otherMains: otherMainFiles(tree, project),
    tsConfig: firstFile(tree, [
      buildOption(project, 'tsConfig'),
      `${root}tsconfig.app.json`,
      `${root}tsconfig.json`,
    ]),
    replacements: fileReplacements(project),
    libraries: Object.fromEntries(
      projects.flatMap(([, other]) => Object.entries(librarySources(tree, other))),
    ),
  };
}

/** Whether a file belongs to the app itself, and not to a library or another app. Its entry file may lie anywhere. */
export function isOwnFile({ main, folders, otherFolders }: App, path: string): boolean {
  const depth = depthOf(path, folders);
  const otherDepth = depthOf(path, otherFolders);
  return depth >= otherDepth && (depth > 0 || path === main);
}

/** How long the path of the innermost folder is that a file is in; 0 when it is in none of them. */
function depthOf(path: string, folders: readonly string[]): number {
  return Math.max(0, ...folders.map((name) => (path.startsWith(name) ? name.length : 0)));
}

function foldersOf({ root, sourceRoot }: ProjectDefinition): string[] {
  return [root, sourceRoot ?? root].map(folder);
}

type NamedProject = readonly [name: string, project: ProjectDefinition];

function chooseApp(projects: readonly NamedProject[], named: string | undefined): NamedProject {
  const apps = projects.filter(([, project]) => isApp(project));
  const names = apps.map(([name]) => name).join(', ') || 'none';
  if (named === undefined) {
    if (apps.length === 1) return apps[0];
    throw new SchematicsException(
      apps.length
        ? `This workspace has several apps. Name the one to set up with --project: ${names}.`
        : 'This workspace has no app to set up. Make one with `ng generate application`.',
    );
  }
  const found = projects.find(([name]) => name === named);
  if (found && isApp(found[1])) return found;
  throw new SchematicsException(
    found
      ? `"${named}" is a library. The portal is provided by apps; name one with --project: ${names}.`
      : `There is no app named "${named}" in this workspace. There are: ${names}.`,
  );
}

function isApp(project: ProjectDefinition): boolean {
  const type = project.extensions.projectType;
  if (type !== undefined) return type === 'application';
  return ['browser', 'main'].some((option) => buildOption(project, option) !== undefined);
}

/** The entry file: the option is `browser` for the esbuild builders and `main` for those of webpack. */
function mainFile(tree: Tree, name: string, project: ProjectDefinition): string {
  const main = firstFile(tree, [
    buildOption(project, 'browser'),
    buildOption(project, 'main'),
    `${folder(project.sourceRoot ?? posix.join(project.root, 'src'))}main.ts`,
  ]);
  if (main) return main;
  throw new SchematicsException(
    `The entry file of "${name}" was not found. Set the option "browser" (or "main") of its build target in angular.json.`,
  );
}

function otherMainFiles(tree: Tree, { targets }: ProjectDefinition): string[] {
  return Object.values(targets.get('build')?.configurations ?? {}).flatMap(
    (options) => firstFile(tree, [options?.browser, options?.main]) ?? [],
  );
}

function serverFile(tree: Tree, project: ProjectDefinition): string | undefined {
  return firstFile(tree, [
    buildOption(project, 'server'),
    project.targets.get('server')?.options?.main,
  ]);
}

function buildOption(project: ProjectDefinition, name: string): unknown {
  return project.targets.get('build')?.options?.[name];
}

function fileReplacements({ targets }: ProjectDefinition): Map<string, string> {
  const build = targets.get('build');
  const replacements = [build?.options, ...Object.values(build?.configurations ?? {})].flatMap(
    (options) => options?.fileReplacements ?? [],
  ) as readonly { replace?: string; with?: string }[];
  return new Map(
    replacements.map(({ replace = '', with: by = '' }) => [posix.join('/', replace), by]),
  );
}

function firstFile(tree: Tree, candidates: readonly unknown[]): string | undefined {
  return candidates
    .filter((path): path is string => typeof path === 'string' && path !== '')
    .map((path) => posix.join('/', path))
    .find((path) => tree.exists(path));
}

/** A folder's path from the workspace's root, with slashes at both ends. */
function folder(path: string): string {
  return posix.join('/', path, '/');
}

/**
 * Maps a library's package names to its sources, so that an app which imports the built library is analysed with the
 * sources that it was built from.
 */
function librarySources(tree: Tree, project: ProjectDefinition): Record<string, string[]> {
  if (isApp(project)) return {};
  const root = folder(project.root);
  const name = readJsonFile(tree, `${root}package.json`)?.name;
  if (typeof name !== 'string') return {};
  const sourceRoot = folder(project.sourceRoot ?? posix.join(project.root, 'src'));
  const entryFile = readJsonFile(tree, `${root}ng-package.json`)?.lib as
    { entryFile?: string } | undefined;
  return {
    [name]: [
      posix.join(root, entryFile?.entryFile ?? 'src/public-api.ts'),
      `${sourceRoot}public-api.ts`,
      `${sourceRoot}index.ts`,
    ],
    [`${name}/*`]: [`${root}*/src/public-api.ts`, `${root}*/public-api.ts`, `${root}*/index.ts`],
  };
}
