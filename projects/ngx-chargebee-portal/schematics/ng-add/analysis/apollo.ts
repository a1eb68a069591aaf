import type { Tree } from '@angular-devkit/schematics';
import type {
  Expression,
  Node,
  Program,
  SourceFile,
  StringLiteralLike,
  TypeChecker,
} from 'typescript';
import {
  declaredInMonorepo,
  declaredVersion,
  packageDependsOn,
  resolvedMajor,
} from './dependencies';
import { locationOf, sourceFiles } from './program';
import { unwrap } from './resolve';
import { ts } from './typescript';

/** The packages that `withApollo` requires, in the versions that the library is tested with. */
export const APOLLO_PACKAGES: Readonly<Record<string, string>> = {
  '@apollo/client': '^4.3.8',
  'apollo-angular': '^14.2.0',
  graphql: '^16.15.0',
};

/** The lowest major versions that `withApollo` works with. */
const LOWEST_MAJOR: Readonly<Record<string, number>> = {
  '@apollo/client': 4,
  'apollo-angular': 14,
  graphql: 16,
};

/** Packages that certainly provide no Apollo client. */
const WITHOUT_APOLLO =
  /^(@angular|@angular-devkit|@apollo|graphql|rxjs|tslib|zone\.js|ngx-chargebee-portal)(\/|$)/;

/**
 * Returns the place at which an app uses Apollo: a file that imports `apollo-angular`, or a package that depends on it. It may
 * provide a client, so Apollo must not be provided a second time.
 */
export function findApollo(tree: Tree, program: Program): string | undefined {
  const installed = declaredInMonorepo(tree, 'apollo-angular') !== undefined;
  const checker = program.getTypeChecker();
  let inPackage: string | undefined;
  for (const file of sourceFiles(program)) {
    for (const specifier of importedModules(file)) {
      if (/^apollo-angular(\/|$)/.test(specifier.text))
        return locationOf(file, specifier.getStart(file));
      if (WITHOUT_APOLLO.test(specifier.text) || hasSource(checker, specifier)) continue;
      const name = packageName(specifier.text);
      // If the package's dependencies are unknown, it may provide Apollo if Apollo is installed.
      if (packageDependsOn(tree, name, 'apollo-angular') ?? installed) inPackage ??= name;
    }
  }
  return inPackage && `the package ${inPackage}`;
}

/** Returns whether an app provides a named Apollo client, such as that of an earlier `ng add`. */
export function hasNamedClient(program: Program, name: string): boolean {
  const visit = (node: Node): true | undefined =>
    (ts.isPropertyAssignment(node) &&
      (node.name as { text?: string }).text === name &&
      mayBeClient(node.initializer)) ||
    ts.forEachChild(node, visit);
  return sourceFiles(program).some(
    (file) =>
      importedModules(file).some(({ text }) => text === 'apollo-angular') && visit(file) === true,
  );
}

/** Returns whether a value may be the options of an Apollo client. A path or a route of the same name is not. */
function mayBeClient(value: Expression): boolean {
  const options = unwrap(value);
  if (!ts.isObjectLiteralExpression(options)) return !ts.isLiteralExpression(options);
  return options.properties.some(
    ({ name }) => !name || ['link', 'cache'].includes((name as { text?: string }).text ?? ''),
  );
}

/** Returns a package that is too old for `withApollo`, with the required version, for an error message. */
export function findOutdatedApollo(tree: Tree): string | undefined {
  for (const [name, lowest] of Object.entries(LOWEST_MAJOR)) {
    if (declaredVersion(tree, name) === undefined) continue;
    const major = resolvedMajor(tree, name);
    if (major !== undefined && major < lowest) return `${name} ${major}, and needs ${lowest}`;
  }
  return undefined;
}

/** Returns whether a module's source is part of the program, so that its imports are analysed themselves. */
function hasSource(checker: TypeChecker, specifier: StringLiteralLike): boolean {
  const declaration = checker.getSymbolAtLocation(specifier)?.declarations?.[0];
  return declaration !== undefined && !declaration.getSourceFile().isDeclarationFile;
}

/** Returns the packages that a file imports, re-exports or imports lazily, without relative paths and Node.js modules. */
function importedModules(file: SourceFile): StringLiteralLike[] {
  const found: StringLiteralLike[] = [];
  const visit = (node: Node): void => {
    const specifier = moduleSpecifier(node);
    if (specifier && ts.isStringLiteralLike(specifier) && !/^(\.|\/|node:)/.test(specifier.text)) {
      found.push(specifier);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function moduleSpecifier(node: Node): Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  const isImportCall =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImportCall ? node.arguments[0] : undefined;
}

/** Returns the package of an entry point: `@scope/name` for `@scope/name/entry`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
