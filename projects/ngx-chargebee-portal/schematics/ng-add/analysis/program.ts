import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import type { CompilerHost, CompilerOptions, Program, SourceFile } from 'typescript';
import { existsFile, readTextFile } from '../text-file';
import { ts } from './typescript';
import type { App } from './workspace';

/** The types of Angular, of this library and of the language that the analysis requires, since packages are not read. */
const TYPES = '/node_modules/.ng-add/types.d.ts';
const TYPES_TEXT = `declare module '@angular/core' {
  interface ApplicationConfig { providers: unknown[] }
  function mergeApplicationConfig(...configs: ApplicationConfig[]): ApplicationConfig;
}
declare module 'ngx-chargebee-portal' {
  function provideChargebeePortal(): unknown;
  class ChargebeePortalModule { static forRoot(): unknown }
}
interface Array<T> { [index: number]: T }
interface Promise<T> { then<R>(onFulfilled: (value: T) => R): Promise<R> }
type Partial<T> = { [K in keyof T]?: T[K] };
type Required<T> = { [K in keyof T]-?: T[K] };
type Readonly<T> = { readonly [K in keyof T]: T[K] };
type Pick<T, N extends keyof T> = { [K in N]: T[K] };
type Record<N extends keyof any, T> = { [K in N]: T };
type Exclude<T, U> = T extends U ? never : T;
type Omit<T, N extends keyof any> = Pick<T, Exclude<keyof T, N>>;
type NonNullable<T> = T & {};`;

/**
 * Parses the files that an app imports from its entry file on, also lazily and from workspace libraries. Tests and unused files
 * are not included. Packages are not read: the analysis uses only the names of their imports.
 */
export function readProgram(tree: Tree, app: App, entry: string): Program {
  const options = compilerOptions(tree, app);
  return ts.createProgram([entry, TYPES], options, compilerHost(tree));
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
    if (path === TYPES) return TYPES_TEXT;
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
