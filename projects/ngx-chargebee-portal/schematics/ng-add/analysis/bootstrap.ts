import type {
  CallExpression,
  Expression,
  Node,
  Program,
  SourceFile,
  TypeChecker,
} from 'typescript';
import { sourceFiles } from './program';
import { declarationOf } from './resolve';
import { ts } from './typescript';

/** A call that starts an app, with a configuration or with an NgModule. */
export type Bootstrap =
  | { readonly kind: 'standalone'; readonly call: CallExpression; readonly configIndex: 0 | 1 }
  | { readonly kind: 'module'; readonly call: CallExpression; readonly module: Expression };

/** Finds the calls that start an app: in its entry file, or else in the files that it imports. */
export function findBootstraps(program: Program, main: string): Bootstrap[] {
  const checker = program.getTypeChecker();
  const inFile = (file: SourceFile): Bootstrap[] =>
    bootstrapsIn(file).filter((found) => !isOwnMethod(checker, found));
  const files = sourceFiles(program);
  const inMain = files.filter((file) => file.fileName === main).flatMap(inFile);
  return inMain.length ? inMain : files.flatMap(inFile);
}

/**
 * Returns whether a call is of a method of the app itself that has the name of Angular's function. It cannot take Angular's
 * configuration. A method `bootstrapModule` can pass its argument on.
 */
function isOwnMethod(checker: TypeChecker, { kind, call }: Bootstrap): boolean {
  return (
    kind === 'standalone' &&
    ts.isPropertyAccessExpression(call.expression) &&
    declarationOf(checker, call.expression) !== undefined
  );
}

function bootstrapsIn(file: SourceFile): Bootstrap[] {
  const found: Bootstrap[] = [];
  const visit = (node: Node): void => {
    const bootstrap = ts.isCallExpression(node) && toBootstrap(node, file);
    if (bootstrap) found.push(bootstrap);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function toBootstrap(call: CallExpression, file: SourceFile): Bootstrap | undefined {
  switch (calleeName(call.expression, file)) {
    case 'bootstrapApplication':
      return { kind: 'standalone', call, configIndex: 1 };
    case 'createApplication':
      return { kind: 'standalone', call, configIndex: 0 };
    case 'bootstrapModule':
      return call.arguments.length
        ? { kind: 'module', call, module: call.arguments[0] }
        : undefined;
    default:
      return undefined;
  }
}

/** Returns the name of a method, or the exported name of a function of `@angular/platform-browser`. */
function calleeName(callee: Expression, file: SourceFile): string | undefined {
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  if (!ts.isIdentifier(callee)) return undefined;
  return importedFrom(file, '@angular/platform-browser', callee.text);
}

/** Returns the exported name of a local name that a file imports from a module. */
function importedFrom(file: SourceFile, module: string, local: string): string | undefined {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    if ((statement.moduleSpecifier as { text?: string }).text !== module) continue;
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    const found = bindings.elements.find(({ name }) => name.text === local);
    if (found) return (found.propertyName ?? found.name).text;
  }
  return undefined;
}
