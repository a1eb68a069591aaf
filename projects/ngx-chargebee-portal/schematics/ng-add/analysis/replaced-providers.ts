import type { Expression, Node, TypeChecker } from 'typescript';
import { resolveExpression } from './resolve';
import { ts } from './typescript';

/** Returns whether a file replaces the providers of one of these configurations after it was created. */
export function replacesProviders(
  checker: TypeChecker,
  node: Node,
  configs: readonly Expression[],
): boolean {
  return (
    assignsProviders(node) ||
    isObjectAssign(checker, node, configs) ||
    (ts.forEachChild(node, (child) => replacesProviders(checker, child, configs) || undefined) ??
      false)
  );
}

/** Matches `appConfig.providers = …`, `appConfig['providers'] = …` and `appConfig.providers.length = 0`. */
function assignsProviders(node: Node): boolean {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    (ts.isPropertyAccessExpression(node.left) || ts.isElementAccessExpression(node.left)) &&
    /\bproviders\b\W*(\.length)?$/.test(node.left.getText())
  );
}

/** Matches `Object.assign(appConfig, …)`. */
function isObjectAssign(checker: TypeChecker, node: Node, configs: readonly Expression[]): boolean {
  return (
    ts.isCallExpression(node) &&
    node.expression.getText() === 'Object.assign' &&
    node.arguments.length > 0 &&
    configs.includes(resolveExpression(checker, node.arguments[0]))
  );
}
