// Type-checks the files of a tree, with this repository's packages and the library's sources.
import { join, resolve } from 'node:path';
import type { UnitTestTree } from '@angular-devkit/schematics/testing';
import ts from 'typescript';
import { IDENTITY_PLACEHOLDER } from '../ng-add/setup-code';

const REPOSITORY = resolve(__dirname, '../../../..');
const LIBRARY = join(REPOSITORY, 'projects/ngx-chargebee-portal');
/** The folder that the tree stands for. It is in the repository, so that imports of packages resolve. */
const TREE = join(REPOSITORY, 'ng-add-tree');

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  strict: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
  paths: {
    'ngx-chargebee-portal': [join(LIBRARY, 'src/public-api.ts')],
    'ngx-chargebee-portal/apollo': [join(LIBRARY, 'apollo/src/public-api.ts')],
  },
};

/** The program of the last check. The next one reuses its resolved modules. */
let previous: ts.Program | undefined;

/** Cached syntax trees of the packages' files. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Returns the type errors of an app, with the identity placeholder replaced if `identity` is given. */
export function typeErrors(
  tree: UnitTestTree,
  main: string,
  { identity, paths = {} }: { identity?: string; paths?: Record<string, string[]> } = {},
): string[] {
  const host = ts.createCompilerHost(OPTIONS, true);
  const readDisk = host.readFile.bind(host);
  const parseDisk = host.getSourceFile.bind(host);
  const inTree = (path: string): string | undefined => {
    if (!path.startsWith(`${TREE}/`)) return undefined;
    const file = path.slice(TREE.length);
    if (!tree.exists(file)) return undefined;
    const text = tree.readText(file);
    return identity === undefined ? text : text.replaceAll(IDENTITY_PLACEHOLDER, identity);
  };
  host.readFile = (path) => inTree(path) ?? readDisk(path);
  host.fileExists = (path) =>
    path.startsWith(`${TREE}/`) ? inTree(path) !== undefined : ts.sys.fileExists(path);
  host.directoryExists = (path) => path.startsWith(TREE) || ts.sys.directoryExists(path);
  host.getSourceFile = (path, target) => {
    const text = inTree(path);
    if (text !== undefined) return ts.createSourceFile(path, text, target, true);
    if (!parsed.has(path)) parsed.set(path, parseDisk(path, target));
    return parsed.get(path);
  };
  const treePaths = Object.fromEntries(
    Object.entries(paths).map(([name, files]) => [name, files.map((file) => TREE + file)]),
  );
  const options = { ...OPTIONS, paths: { ...OPTIONS.paths, ...treePaths } };
  previous = ts.createProgram([TREE + main], options, host, previous);
  const program = previous;
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(TREE))
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** Expects that an app compiles after the identity placeholder is replaced, and not before. */
export function expectToCompile(
  tree: UnitTestTree,
  main: string,
  paths: Record<string, string[]> = {},
): void {
  expect(typeErrors(tree, main, { paths })).toEqual([
    `Cannot find name '${IDENTITY_PLACEHOLDER}'.`,
  ]);
  expect(typeErrors(tree, main, { paths, identity: `'user-1'` })).toEqual([]);
}
