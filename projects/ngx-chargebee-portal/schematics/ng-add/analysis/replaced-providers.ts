import type { Expression, Node, Program, Type, TypeChecker } from 'typescript';
import { sourceFiles } from './program';
import { resolveExpression } from './resolve';
import { ts } from './typescript';

/** Returns whether a file of the program replaces the providers of one of these configurations after it was created. */
export function replacesProviders(program: Program, configs: readonly Expression[]): boolean {
  const checker = program.getTypeChecker();
  const visit = (node: Node): boolean => {
    const object = changedObject(node);
    if (object && isConfig(checker, object, configs)) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return sourceFiles(program)
    .filter(({ text }) => /\b(providers|assign)\b/.test(text))
    .some(visit);
}

/** Returns `config` for `config.providers = …` and `Object.assign(config, …)`, and undefined for other nodes. */
function changedObject(node: Node): Expression | undefined {
  if (ts.isCallExpression(node)) {
    const { expression: callee } = node;
    const isAssign = ts.isPropertyAccessExpression(callee) && callee.name.text === 'assign';
    return isAssign ? node.arguments[0] : undefined;
  }
  if (!ts.isBinaryExpression(node)) return undefined;
  const isAssignment = node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment ? ownerOfProviders(node.left) : undefined;
}

/** Matches `config.providers`, `config['providers']` and `config.providers.length`. Returns `config`. */
function ownerOfProviders(target: Expression): Expression | undefined {
  if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) {
    return undefined;
  }
  if (/\bproviders\b\W*$/.test(target.getText())) return target.expression;
  const isLength = ts.isPropertyAccessExpression(target) && target.name.text === 'length';
  return isLength ? ownerOfProviders(target.expression) : undefined;
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
