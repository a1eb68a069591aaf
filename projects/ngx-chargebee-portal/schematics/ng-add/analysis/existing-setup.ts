import type {
  CallExpression,
  Declaration,
  Expression,
  NamedDeclaration,
  Node,
  Program,
  SourceFile,
  TypeChecker,
} from 'typescript';
import { locationOf, sourceFiles } from './program';
import { declarationOf, resolveExpression } from './resolve';
import { ts } from './typescript';

const SETUP_NAME = /provideChargebeePortal|ChargebeePortalModule/;

/** Returns the location at which the app already calls `provideChargebeePortal` or `ChargebeePortalModule.forRoot`, if it does. */
export function findExistingSetup(program: Program): string | undefined {
  const files = sourceFiles(program);
  // Resolving every call of a large app takes a minute. An app that is set up names the function or the class in some file.
  if (!files.some(({ text }) => SETUP_NAME.test(text))) return undefined;
  const checker = program.getTypeChecker();
  for (const file of files) {
    const call = findSetupCall(checker, file);
    if (call) return locationOf(file, call.getStart(file));
  }
  return undefined;
}

function findSetupCall(checker: TypeChecker, file: SourceFile): Node | undefined {
  const names = importedNames(file);
  const isSetup = (callee: Expression): boolean => {
    const declaration =
      declarationOf(checker, resolveExpression(checker, callee)) ?? declarationOf(checker, callee);
    // A package of the app's authors may re-export the function. It is recognised by its name.
    const name = declaration ? libraryName(declaration) : calleeName(callee, names);
    return name === 'provideChargebeePortal' || name === 'ChargebeePortalModule.forRoot';
  };
  const visit = (node: Node): Node | undefined =>
    ts.isCallExpression(node) && calledBy(node).some(isSetup) ? node : ts.forEachChild(node, visit);
  return visit(file);
}

/** Returns the functions that a call may call: its callee, that of `callee.apply()` and its like, and those that it passes on. */
function calledBy({ expression, arguments: passed }: CallExpression): readonly Expression[] {
  const isIndirect =
    ts.isPropertyAccessExpression(expression) && /^(apply|call|bind)$/.test(expression.name.text);
  return [
    expression,
    ...(isIndirect ? [expression.expression] : []),
    ...passed.filter((argument) => /\bprovideChargebeePortal$/.test(argument.getText())),
  ];
}

/** Returns the name of a function or static method of a package, also if it is destructured; undefined for the app's own. */
function libraryName(declaration: Declaration): string | undefined {
  if (ts.isBindingElement(declaration)) {
    return (declaration.propertyName ?? declaration.name).getText();
  }
  if (!declaration.getSourceFile().isDeclarationFile) return undefined;
  const { name, parent } = declaration as NamedDeclaration & { parent: NamedDeclaration };
  return ts.isClassDeclaration(parent)
    ? `${parent.name?.text}.${name?.getText()}`
    : name?.getText();
}

/** Returns the exported name of a callee: without the namespace it was imported by, and not as the file renames it. */
function calleeName(callee: Expression, names: ReadonlyMap<string, string>): string | undefined {
  if (ts.isIdentifier(callee)) return names.get(callee.text) ?? callee.text;
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  if (callee.name.text !== 'forRoot') return callee.name.text;
  return `${calleeName(callee.expression, names)}.forRoot`;
}

/** Maps the local name of each renamed import to its exported name. */
function importedNames(file: SourceFile): Map<string, string> {
  const names = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    for (const { propertyName, name } of bindings.elements) {
      if (propertyName) names.set(name.text, propertyName.text);
    }
  }
  return names;
}
