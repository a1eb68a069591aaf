import type { Expression, Node, Program, Type, TypeChecker } from 'typescript';
import { sourceFiles } from './program';
import { resolveExpression } from './resolve';
import { ts } from './typescript';

/** Returns whether a file of the program replaces the providers of one of these configurations after it was created. */
export function replacesProviders(program: Program, configs: readonly Expression[]): boolean {
  const checker = program.getTypeChecker();
  const visit = (node: Node): boolean =>
    changedObjects(node).some((object) => isConfig(checker, object, configs)) ||
    (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  return sourceFiles(program)
    .filter(({ text }) => /\b(providers|assign)\b/.test(text))
    .some(visit);
}

/** Returns `config` for `config.providers = …` and `Object.assign(config, …)`, and nothing for other nodes. */
function changedObjects(node: Node): readonly Expression[] {
  if (ts.isCallExpression(node)) {
    const { expression: callee } = node;
    const isAssign = ts.isPropertyAccessExpression(callee) && callee.name.text === 'assign';
    return isAssign ? node.arguments.slice(0, 1) : [];
  }
  if (!ts.isBinaryExpression(node)) return [];
  const isAssignment = node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment ? ownersOfProviders(node.left) : [];
}

/** Matches `config.providers`, `config['providers']` and `config.providers.length`. Returns `config`. */
function ownersOfProviders(target: Expression): readonly Expression[] {
  if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) return [];
  if (/\bproviders\b\W*$/.test(target.getText())) return [target.expression];
  const isLength = ts.isPropertyAccessExpression(target) && target.name.text === 'length';
  return isLength ? ownersOfProviders(target.expression) : [];
}

/** Returns whether an object is one of the configurations, or may be: a parameter of the type `ApplicationConfig`, for example. */
function isConfig(
  checker: TypeChecker,
  object: Expression,
  configs: readonly Expression[],
): boolean {
  if (configs.includes(resolveExpression(checker, object))) return true;
  // A variable is not resolved, but may have the type of the configuration.
  const { symbol } = checker.getTypeAtLocation(object) as Partial<Type>;
  const declarations: readonly Node[] = symbol?.declarations ?? [];
  return (
    symbol?.name === 'ApplicationConfig' ||
    declarations.some((one) => configs.includes(one as Expression))
  );
}
