import { posix } from 'node:path';
import { SchematicsException, type Tree } from '@angular-devkit/schematics';
import { readWorkspace, type ProjectDefinition } from '@schematics/angular/utility';
import { readJsonFile } from '../text-file';

/** The app to set up, with the files of its build. Paths start at the workspace's root. */
export interface App {
  readonly name: string;
  /** The folders of the app, with a slash at the start and the end. */
  readonly folders: readonly string[];
  /** The folders of other projects, which may be inside the app's. */
  readonly otherFolders: readonly string[];
  readonly main: string;
  /** The entry file for server-side rendering. */
  readonly server: string | undefined;
  /** The entry files of build configurations that replace `main`. */
  readonly otherMains: readonly string[];
  readonly tsConfig: string | undefined;
  /** The `fileReplacements` of the build. The key is the replaced file. */
  readonly replacements: ReadonlyMap<string, string>;
  /** The sources of the workspace's libraries by package name, in the form of `paths` of tsconfig.json. */
  readonly libraries: Record<string, string[]>;
}

/** Finds the app with the given name, or the only one. @throws SchematicsException if there is none, or several */
export async function findApp(tree: Tree, named: string | undefined): Promise<App> {
  const projects = await readProjects(tree);
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

/** Reads the projects of angular.json. @throws SchematicsException if it cannot be read */
async function readProjects(tree: Tree): Promise<NamedProject[]> {
  const isHidden = !tree.exists('/angular.json') && tree.exists('/.angular.json');
  try {
    return [...(await readWorkspace(tree, isHidden ? '/.angular.json' : undefined)).projects];
  } catch (error) {
    throw new SchematicsException(
      `angular.json cannot be read (${(error as Error).message}), and no file was changed. Run this in the root of an Angular ` +
        'workspace. If yours has no angular.json, add provideChargebeePortal() to the providers of bootstrapApplication() by hand, ' +
        'as the README of ngx-chargebee-portal shows.',
    );
  }
}

/** Returns whether a file belongs to the app, and not to a library or another app. The entry file may be in any folder. */
export function isOwnFile({ main, folders, otherFolders }: App, path: string): boolean {
  const depth = depthOf(path, folders);
  const otherDepth = depthOf(path, otherFolders);
  return depth >= otherDepth && (depth > 0 || path === main);
}

/** Returns the length of the path of the innermost of these folders that contains a file; 0 if none does. */
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

/** Finds the entry file: the option `browser` of the esbuild builders, or `main` of the webpack builders. */
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

/** Returns the path of a folder from the workspace's root, with a slash at the start and the end. */
function folder(path: string): string {
  return posix.join('/', path, '/');
}

/**
 * Maps a library's package names to its sources, so that an app that imports the built library is analysed with the library's
 * sources.
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
