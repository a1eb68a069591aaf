import type { Expression, Node, Program, SourceFile } from 'typescript';
import { locationOf, sourceFiles } from './program';
import { ts } from './typescript';

/** Returns the location at which the app already calls `provideChargebeePortal` or `ChargebeePortalModule.forRoot`, if it does. */
export function findExistingSetup(program: Program): string | undefined {
  for (const file of sourceFiles(program)) {
    const call = findSetupCall(file);
    if (call) return locationOf(file, call.getStart(file));
  }
  return undefined;
}

function findSetupCall(file: SourceFile): Node | undefined {
  const names = importedNames(file);
  const isSetup = (callee: Expression): boolean => {
    const name = calleeName(callee, names);
    return name === 'provideChargebeePortal' || name === 'ChargebeePortalModule.forRoot';
  };
  const visit = (node: Node): Node | undefined =>
    ts.isCallExpression(node) && isSetup(node.expression) ? node : ts.forEachChild(node, visit);
  return visit(file);
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
