import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import type { CompilerHost, CompilerOptions, Program, SourceFile } from 'typescript';
import { existsFile, readTextFile } from '../text-file';
import { ts } from './typescript';
import type { App } from './workspace';

/** Replaces Angular's types, of which the analysis requires only this one, since packages are not read. */
const ANGULAR_TYPES = '/node_modules/.ng-add/angular-core.d.ts';
const ANGULAR_TYPES_TEXT = `declare module '@angular/core' {
  interface ApplicationConfig { providers: unknown[] }
}`;

/**
 * Parses the files that an app imports from its entry file on, also lazily and from workspace libraries. Tests and unused files
 * are not included. Packages are not read: the analysis uses only the names of their imports.
 */
export function readProgram(tree: Tree, app: App, entry: string): Program {
  const options = compilerOptions(tree, app);
  return ts.createProgram([entry, ANGULAR_TYPES], options, compilerHost(tree));
}

/** Returns the source files of the program, without declaration files. */
export function sourceFiles(program: Program): SourceFile[] {
  return program.getSourceFiles().filter((file) => !file.isDeclarationFile);
}

/** Returns the file and line of a position, such as `src/main.ts:12`. */
export function locationOf(file: SourceFile, position: number): string {
  const { line } = file.getLineAndCharacterOfPosition(position);
  return `${file.fileName.slice(1)}:${line + 1}`;
}

function compilerOptions(tree: Tree, app: App): CompilerOptions {
  const configured = app.tsConfig ? configuredOptions(tree, app.tsConfig) : {};
  return {
    ...configured,
    paths: { ...configured.paths, ...app.libraries },
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowJs: false,
    strict: true,
    noLib: true,
    types: [],
  };
}

function configuredOptions(tree: Tree, path: string): CompilerOptions {
  const readFile = (file: string): string | undefined => readTextFile(tree, file)?.text;
  const { config } = ts.readConfigFile(path, readFile) as { config?: unknown };
  const host = {
    useCaseSensitiveFileNames: true,
    readDirectory: () => [],
    fileExists: (file: string) => existsFile(tree, file),
    readFile,
  };
  return ts.parseJsonConfigFileContent(config ?? {}, host, posix.dirname(path)).options;
}

function compilerHost(tree: Tree): CompilerHost {
  const read = (path: string): string | undefined => {
    if (path === ANGULAR_TYPES) return ANGULAR_TYPES_TEXT;
    return isInPackage(path) ? undefined : readTextFile(tree, path)?.text;
  };
  return {
    fileExists: (path) => !isInPackage(path) && existsFile(tree, path),
    readFile: read,
    getSourceFile: (path, target) => {
      const text = read(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, target, true);
    },
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (path) => path,
    getDefaultLibFileName: () => '/lib.d.ts',
    getNewLine: () => '\n',
    useCaseSensitiveFileNames: () => true,
    writeFile: () => undefined,
  };
}

function isInPackage(path: string): boolean {
  return path.includes('/node_modules/');
}
