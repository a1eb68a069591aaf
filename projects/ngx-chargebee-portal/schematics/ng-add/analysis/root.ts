import type {
  ArrayLiteralExpression,
  CallExpression,
  Expression,
  Node,
  ObjectLiteralElementLike,
  ObjectLiteralExpression,
  Program,
  ShorthandPropertyAssignment,
  SourceFile,
  TypeChecker,
} from 'typescript';
import { findBootstraps, type Bootstrap } from './bootstrap';
import { locationOf } from './program';
import { replacesProviders } from './replaced-providers';
import { isOptional, resolveClass, resolveExpression, unwrap } from './resolve';
import { ts } from './typescript';
import { isOwnFile, type App } from './workspace';

/** The place at which elements can be added to a list of providers or imports. */
export type Slot =
  | { readonly kind: 'array'; readonly array: ArrayLiteralExpression }
  /** A value that is not an array literal. It is wrapped in one, since Angular accepts nested arrays. */
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'shorthand'; readonly property: ShorthandPropertyAssignment }
  | { readonly kind: 'missing'; readonly object: ObjectLiteralExpression; readonly name: string }
  /** A configuration that cannot be edited. Another one is merged with it at the call that starts the app. */
  | { readonly kind: 'merge'; readonly config: Expression; readonly isOptional: boolean }
  | {
      readonly kind: 'no-config';
      readonly call: CallExpression;
      /** The argument `undefined`, which is replaced, if the call has one. */
      readonly undefinedArgument: Expression | undefined;
    };

/** The root of an app, to which the library is added. */
export type Root =
  | { readonly kind: 'standalone'; readonly file: SourceFile; readonly providers: Slot }
  | {
      readonly kind: 'module';
      readonly file: SourceFile;
      readonly imports: Slot;
      readonly providers: Slot;
    };

/** The reason why an app cannot be edited, for the error message. */
export class UnknownRoot {
  constructor(
    readonly reason: string,
    readonly standalone: boolean,
  ) {}
}

/** Finds where to add the library to an app. */
export function findRoot(program: Program, app: App): Root | UnknownRoot {
  const bootstraps = findBootstraps(program, app.main);
  if (!bootstraps.length) {
    return new UnknownRoot(
      `No call of bootstrapApplication() or bootstrapModule() was found from ${app.main.slice(1)} on`,
      true,
    );
  }
  const roots = bootstraps.map((bootstrap) => toRoot(program, app, bootstrap));
  const [root] = roots;
  const broken = !(root instanceof UnknownRoot) && program.getSyntacticDiagnostics(root.file).at(0);
  if (broken) {
    return new UnknownRoot(
      `${locationOf(broken.file, broken.start)} has a syntax error`,
      root.kind === 'standalone',
    );
  }
  if (roots.some((other) => !isSameRoot(root, other))) {
    const places = bootstraps.map(({ call }) => locationOf(call.getSourceFile(), call.getStart()));
    return new UnknownRoot(
      `The app is started in several ways (${places.join(', ')})`,
      bootstraps[0].kind === 'standalone',
    );
  }
  return root;
}

function toRoot(program: Program, app: App, bootstrap: Bootstrap): Root | UnknownRoot {
  const root =
    bootstrap.kind === 'standalone'
      ? standaloneRoot(program, app, bootstrap)
      : moduleRoot(program.getTypeChecker(), bootstrap);
  if (root instanceof UnknownRoot || isOwnFile(app, root.file.fileName)) return root;
  return new UnknownRoot(
    `${locationOf(root.file, 0)} is not a file of the app "${app.name}" alone`,
    root.kind === 'standalone',
  );
}

function isSameRoot(one: Root | UnknownRoot, other: Root | UnknownRoot): boolean {
  if (one instanceof UnknownRoot || other instanceof UnknownRoot) return one === other;
  return one.file === other.file && slotNode(one.providers) === slotNode(other.providers);
}

function slotNode(slot: Slot): Node {
  switch (slot.kind) {
    case 'array':
      return slot.array;
    case 'value':
      return slot.value;
    case 'shorthand':
      return slot.property;
    case 'missing':
      return slot.object;
    case 'merge':
      return slot.config;
    case 'no-config':
      return slot.call;
  }
}

function standaloneRoot(
  program: Program,
  app: App,
  { call, configIndex }: Extract<Bootstrap, { kind: 'standalone' }>,
): Root | UnknownRoot {
  const checker = program.getTypeChecker();
  const file = call.getSourceFile();
  if (call.arguments.some(ts.isSpreadElement)) {
    return new UnknownRoot(`${locationOf(file, call.getStart())} spreads its arguments`, true);
  }
  const config = call.arguments.at(configIndex);
  if (!config || isUndefined(config)) {
    const providers: Slot = { kind: 'no-config', call, undefinedArgument: config };
    return { kind: 'standalone', file, providers };
  }
  const objects = configObjects(checker, config);
  const configs = [resolveExpression(checker, config), ...objects];
  const areReplaced = objects.length > 0 && replacesProviders(program, configs);
  for (const object of objects) {
    const owner = object.getSourceFile();
    const isEditable =
      !areReplaced &&
      isOwnFile(app, owner.fileName) &&
      acceptsEnvironmentProviders(checker, object);
    const providers = isEditable && propertySlot(object, 'providers');
    if (providers) return { kind: 'standalone', file: owner, providers };
  }
  const merge: Slot = { kind: 'merge', config, isOptional: isOptional(checker, config) };
  return { kind: 'standalone', file, providers: merge };
}

/**
 * Returns whether the declared type of a configuration accepts what `provideChargebeePortal()` returns. The type
 * `{ providers: Provider[] }` does not. If it is uncertain, as with a type of a package, the result is false.
 */
function acceptsEnvironmentProviders(
  checker: TypeChecker,
  object: ObjectLiteralExpression,
): boolean {
  let node: Expression = object;
  while (ts.isParenthesizedExpression(node.parent)) node = node.parent;
  const type = checker.getContextualType(object);
  if (!type || ts.isCallExpression(node.parent)) return true; // No type is declared.
  const declarations = type.getProperty('providers')?.declarations ?? [];
  return (
    declarations.length > 0 &&
    declarations.every(
      (property) =>
        ts.isPropertySignature(property) &&
        /\b(EnvironmentProviders|ApplicationConfig|unknown|any)\b/.test(
          property.type?.getText() ?? 'any',
        ),
    )
  );
}

function isUndefined(expression: Expression): boolean {
  const value = unwrap(expression);
  return ts.isVoidExpression(value) || (ts.isIdentifier(value) && value.text === 'undefined');
}

/**
 * Returns the object literals of a configuration, also those that `mergeApplicationConfig` merges or that another one spreads.
 * A base comes before the configuration that spreads it, since the app's server usually shares the base.
 */
function configObjects(
  checker: TypeChecker,
  config: Expression,
  within: readonly Expression[] = [],
): ObjectLiteralExpression[] {
  const value = resolveExpression(checker, config);
  if (within.includes(value)) return []; // A circular reference.
  const parts = (configs: readonly Expression[]): ObjectLiteralExpression[] =>
    configs.flatMap((part) => configObjects(checker, part, [...within, value]));
  if (ts.isObjectLiteralExpression(value)) return [...parts(baseConfigs(value)), value];
  const isMerge =
    ts.isCallExpression(value) &&
    ts.isIdentifier(value.expression) &&
    value.expression.text === 'mergeApplicationConfig';
  return isMerge ? parts(value.arguments) : [];
}

/**
 * Returns the configurations whose providers a configuration spreads, as in `{ ...base, providers: [...base.providers] }`.
 * The update to Angular 21 writes this into apps with zone.js.
 */
function baseConfigs({ properties }: ObjectLiteralExpression): Expression[] {
  const spread = properties.filter(ts.isSpreadAssignment).map(({ expression }) => expression);
  const providers = properties
    .filter(ts.isPropertyAssignment)
    .find((property) => nameOf(property) === 'providers')?.initializer;
  if (!providers || !ts.isArrayLiteralExpression(providers)) return [];
  const taken = providers.elements
    .filter(ts.isSpreadElement)
    .map(({ expression }) => expression.getText().replace(/!$/, ''));
  return spread.filter((base) => taken.includes(`${base.getText()}.providers`));
}

function moduleRoot(
  checker: TypeChecker,
  { call, module }: Extract<Bootstrap, { kind: 'module' }>,
): Root | UnknownRoot {
  const metadata = ngModuleMetadata(checker, module);
  const imports = metadata && propertySlot(metadata, 'imports');
  const providers = metadata && propertySlot(metadata, 'providers');
  if (imports && providers) {
    return { kind: 'module', file: metadata.getSourceFile(), imports, providers };
  }
  return new UnknownRoot(
    `The @NgModule() that ${locationOf(call.getSourceFile(), call.getStart())} starts cannot be edited`,
    false,
  );
}

function ngModuleMetadata(
  checker: TypeChecker,
  module: Expression,
): ObjectLiteralExpression | undefined {
  const declaration = resolveClass(checker, module);
  const decorators = (declaration && ts.getDecorators(declaration)) ?? [];
  for (const { expression } of decorators) {
    if (!ts.isCallExpression(expression) || expression.expression.getText() !== 'NgModule')
      continue;
    const metadata = expression.arguments.at(0);
    const literal = metadata && unwrap(metadata);
    if (literal && ts.isObjectLiteralExpression(literal)) return literal;
  }
  return undefined;
}

/**
 * Returns the place at which elements can be added to a property of an object literal. Returns undefined if the value of the
 * property is uncertain, because of a spread or a computed name.
 */
function propertySlot(object: ObjectLiteralExpression, name: string): Slot | undefined {
  const { properties } = object;
  // A computed name, such as `['providers']`, may be the property.
  if (properties.some(({ name }) => name && ts.isComputedPropertyName(name))) return undefined;
  const index = properties.findIndex((property) => nameOf(property) === name);
  if (properties.slice(index + 1).some(ts.isSpreadAssignment)) return undefined;
  if (index < 0) return { kind: 'missing', object, name };
  const property = properties[index];
  if (ts.isShorthandPropertyAssignment(property)) return { kind: 'shorthand', property };
  if (!ts.isPropertyAssignment(property)) return undefined;
  const value = property.initializer;
  // Not the array within `as` or `satisfies`: their type may not accept environment providers, as `Provider[]` does not.
  return ts.isArrayLiteralExpression(value)
    ? { kind: 'array', array: value }
    : { kind: 'value', value };
}

function nameOf({ name }: ObjectLiteralElementLike): string | undefined {
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}
