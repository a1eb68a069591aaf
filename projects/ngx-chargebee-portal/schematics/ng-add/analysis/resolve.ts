import type {
  ClassDeclaration,
  Declaration,
  Expression,
  FunctionLikeDeclaration,
  Symbol,
  TypeChecker,
} from 'typescript';
import { ts } from './typescript';

/** The maximum number of definitions to follow, so that circular ones end. */
const MAX_STEPS = 20;

/**
 * Resolves an expression to the expression that defines its value: through constants, imports, re-exports, and functions with
 * a single `return`. Returns the last expression that could be resolved.
 */
export function resolveExpression(
  checker: TypeChecker,
  expression: Expression,
  steps = MAX_STEPS,
): Expression {
  const value = unwrap(expression);
  if (steps === 0) return value;
  const next = ts.isCallExpression(value)
    ? returnedExpression(checker, value.expression)
    : initializer(declarationOf(checker, value));
  return next ? resolveExpression(checker, next, steps - 1) : value;
}

/** Resolves an expression to the class that it refers to. */
export function resolveClass(
  checker: TypeChecker,
  expression: Expression,
): ClassDeclaration | undefined {
  const declaration = declarationOf(checker, unwrap(expression));
  return declaration && ts.isClassDeclaration(declaration) ? declaration : undefined;
}

/** Returns an expression without parentheses, `as`, `satisfies`, `!` and `await`. */
export function unwrap(expression: Expression): Expression {
  let inner = expression;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isTypeAssertionExpression(inner) ||
    ts.isAwaitExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}

/**
 * Returns whether an expression may be undefined or null, such as the parameter `config?: ApplicationConfig`. If the type is
 * unknown, it may be, unless its syntax excludes that: TypeScript rejects `??` after such an expression.
 */
export function isOptional(checker: TypeChecker, expression: Expression): boolean {
  const type = checker.getTypeAtLocation(expression);
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Null;
  if (!(type.flags & ts.TypeFlags.Any)) {
    return type.isUnion() && type.types.some(({ flags }) => (flags & nothing) !== 0);
  }
  // The type is unknown (`any`) if it involves a type of a package or of the language, since these are not read.
  if (ts.isParenthesizedExpression(expression) || ts.isSatisfiesExpression(expression)) {
    return isOptional(checker, expression.expression);
  }
  if (ts.isConditionalExpression(expression)) {
    return isOptional(checker, expression.whenTrue) || isOptional(checker, expression.whenFalse);
  }
  if (ts.isBinaryExpression(expression)) {
    const isAnd = expression.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
    return isAnd || isOptional(checker, expression.right);
  }
  if (ts.isAsExpression(expression) || ts.isTypeAssertionExpression(expression)) {
    return /\b(undefined|null)\b/.test(expression.type.getText());
  }
  return !ts.isNonNullExpression(expression);
}

/** Returns the declaration of a name or a member, through imports. Undefined for those of packages, which are not read. */
export function declarationOf(
  checker: TypeChecker,
  expression: Expression,
): Declaration | undefined {
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  if (!ts.isIdentifier(name)) return undefined;
  const symbol = checker.getSymbolAtLocation(name);
  return symbol && resolveAlias(checker, symbol).declarations?.[0];
}

function resolveAlias(checker: TypeChecker, symbol: Symbol): Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Returns the initial value of a constant. Variables are not resolved, since they can be assigned again. */
function initializer(declaration: Declaration | undefined): Expression | undefined {
  if (!declaration) return undefined;
  if (ts.isExportAssignment(declaration)) return declaration.expression;
  if (ts.isPropertyAssignment(declaration)) return declaration.initializer;
  if (!ts.isVariableDeclaration(declaration)) return undefined;
  const isConstant = Boolean(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const);
  return isConstant ? declaration.initializer : undefined;
}

/** Returns the result of a function of the app, unless the function has branches or loops. */
function returnedExpression(checker: TypeChecker, callee: Expression): Expression | undefined {
  const declaration = declarationOf(checker, callee);
  const called =
    declaration && ts.isFunctionDeclaration(declaration) ? declaration : initializer(declaration);
  if (!called || !isFunction(called) || !called.body) return undefined;
  if (!ts.isBlock(called.body)) return called.body;
  const last = called.body.statements.at(-1);
  const isStraight = called.body.statements.every(
    (statement) =>
      statement === last ||
      ts.isVariableStatement(statement) ||
      ts.isExpressionStatement(statement),
  );
  return isStraight && last && ts.isReturnStatement(last) ? last.expression : undefined;
}

function isFunction(
  node: Expression | Declaration,
): node is Extract<FunctionLikeDeclaration, { body?: unknown }> {
  return (
    ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node)
  );
}
