import type { Tree } from '@angular-devkit/schematics';
import type { Node, Program, SourceFile, StringLiteralLike, TypeChecker } from 'typescript';
import { declaredVersion, packageDependsOn, resolvedMajor } from './dependencies';
import { locationOf, sourceFiles } from './program';
import { ts } from './typescript';

/** What `withApollo` needs, in the versions that the library is tested with. */
export const APOLLO_PACKAGES: Readonly<Record<string, string>> = {
  '@apollo/client': '^4.3.8',
  'apollo-angular': '^14.2.0',
  graphql: '^16.15.0',
};

/** The lowest major version of each package that `withApollo` works with. */
const LOWEST_MAJOR: Readonly<Record<string, number>> = {
  '@apollo/client': 4,
  'apollo-angular': 14,
  graphql: 16,
};

/** Packages that are known not to provide Apollo. */
const WITHOUT_APOLLO =
  /^(@angular|@angular-devkit|@apollo|graphql|rxjs|tslib|zone\.js|ngx-chargebee-portal)(\/|$)/;

/**
 * Where an app uses Apollo: a file that imports `apollo-angular`, or a package that depends on it. A client may be
 * provided there, so nothing of Apollo may be provided a second time.
 */
export function findApollo(tree: Tree, program: Program): string | undefined {
  const installed = declaredVersion(tree, 'apollo-angular') !== undefined;
  const checker = program.getTypeChecker();
  let inPackage: string | undefined;
  for (const file of sourceFiles(program)) {
    for (const specifier of importedModules(file)) {
      if (/^apollo-angular(\/|$)/.test(specifier.text))
        return locationOf(file, specifier.getStart(file));
      if (WITHOUT_APOLLO.test(specifier.text) || hasSource(checker, specifier)) continue;
      const name = packageName(specifier.text);
      // A package whose manifest does not tell may provide Apollo wherever Apollo is installed.
      if (packageDependsOn(tree, name, 'apollo-angular') ?? installed) inPackage ??= name;
    }
  }
  return inPackage && `the package ${inPackage}`;
}

/** Whether an app provides a named Apollo client, as an earlier run of `ng add` has added it. */
export function hasNamedClient(program: Program, name: string): boolean {
  const visit = (node: Node): true | undefined =>
    (ts.isPropertyAssignment(node) && (node.name as { text?: string }).text === name) ||
    ts.forEachChild(node, visit);
  return sourceFiles(program).some(
    (file) =>
      importedModules(file).some(({ text }) => text === 'apollo-angular') && visit(file) === true,
  );
}

/** A declared package that is too old for `withApollo`, such as `apollo-angular 10`. */
export function findOutdatedApollo(tree: Tree): string | undefined {
  for (const [name, lowest] of Object.entries(LOWEST_MAJOR)) {
    if (declaredVersion(tree, name) === undefined) continue;
    const major = resolvedMajor(tree, name);
    if (major !== undefined && major < lowest) return `${name} ${major}, and needs ${lowest}`;
  }
  return undefined;
}

/** Whether a module's source is part of the program, so that its own imports are seen. */
function hasSource(checker: TypeChecker, specifier: StringLiteralLike): boolean {
  const declaration = checker.getSymbolAtLocation(specifier)?.declarations?.[0];
  return declaration !== undefined && !declaration.getSourceFile().isDeclarationFile;
}

/** The modules that a file imports or re-exports, lazily too; relative paths and Node's own modules left out. */
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

/** `@scope/name` of `@scope/name/entry`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
