import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-api';

const HERE = dirname(fileURLToPath(import.meta.url));

const PRIMITIVES = [
  [ts.TypeFlags.String, 'string'],
  [ts.TypeFlags.Number, 'number'],
  [ts.TypeFlags.Boolean, 'boolean'],
] as const;

/** Checks values against the types of Chargebee's SDK, which are the only published description of most responses. */
export interface SdkTypes {
  /**
   * Returns how a value differs from a type.
   * @param expression The type, such as `Customer` or `Subscription.ListResponse`.
   * @param optional Required top-level attributes that may still be missing.
   */
  errorsOf(expression: string, value: unknown, optional?: readonly string[]): string[];
  /** Returns the names of a type's attributes. */
  attributesOf(expression: string): string[];
}

/** Loads types of the SDK. This takes seconds, so do it once per file. */
export function loadSdkTypes(expressions: readonly string[]): SdkTypes {
  // A source file in memory: its aliases have the types that are needed.
  const path = join(HERE, 'types-of-the-sdk.ts');
  const source = [
    `import type * as cb from 'chargebee';`,
    ...expressions.map((expression, i) => `export type T${i} = cb.${expression};`),
  ].join('\n');
  const target = ts.ScriptTarget.ES2022;
  const options: ts.CompilerOptions = {
    target,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: [],
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === path ? ts.createSourceFile(name, source, target) : read(name, ...rest);
  const program = ts.createProgram([path], options, host);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  if (!file) throw new Error('The types of the SDK could not be read.');
  const problems = program.getSemanticDiagnostics(file).map(({ messageText }) => messageText);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const types = new Map(
    file.statements
      .filter(ts.isTypeAliasDeclaration)
      .map((alias, i) => [expressions[i], checker.getTypeAtLocation(alias.name)]),
  );
  const find = (expression: string): ts.Type => {
    const type = types.get(expression);
    if (!type) throw new Error(`${expression} has not been loaded.`);
    return type;
  };
  return {
    errorsOf: (expression, value, optional = []) =>
      findErrors(checker, find(expression), value, expression, optional),
    attributesOf: (expression) =>
      checker.getPropertiesOfType(find(expression)).map(({ name }) => name),
  };
}

function findErrors(
  checker: ts.TypeChecker,
  type: ts.Type,
  value: unknown,
  path: string,
  optional: readonly string[] = [],
): string[] {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
  if (type.isUnion()) {
    const errors = type.types.map((member) => findErrors(checker, member, value, path, optional));
    return errors.some((found) => found.length === 0)
      ? []
      : [`${path} is ${JSON.stringify(value)}, not ${checker.typeToString(type)}`];
  }
  if (type.isLiteral()) return value === type.value ? [] : [`${path} is ${JSON.stringify(value)}`];
  for (const [flag, name] of PRIMITIVES) {
    if (type.flags & flag) return typeof value === name ? [] : [`${path} is no ${name}`];
  }
  if (type.flags & ts.TypeFlags.BooleanLiteral) {
    return String(value) === checker.typeToString(type) ? [] : [`${path} is ${String(value)}`];
  }
  if (type.flags & ts.TypeFlags.Undefined) {
    return value === undefined ? [] : [`${path} is not undefined`];
  }
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    if (!Array.isArray(value) || !element) return [`${path} is no list`];
    return value.flatMap((item, i) => findErrors(checker, element, item, `${path}[${i}]`));
  }
  return findObjectErrors(checker, type, value, path, optional);
}

function findObjectErrors(
  checker: ts.TypeChecker,
  type: ts.Type,
  value: unknown,
  path: string,
  optional: readonly string[],
): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} is no object`];
  const properties = checker.getPropertiesOfType(type);
  const known = new Set(properties.map(({ name }) => name));
  // Every resource has `object`, which the types lack.
  const unknown = Object.keys(value).filter(
    (key) => !known.has(key) && key !== 'object' && !key.startsWith('cf_'),
  );
  return [
    ...unknown.map((key) => `${path}.${key} is not known`),
    ...properties.flatMap((property) => {
      const { name } = property;
      const inner: unknown = Reflect.get(value, name);
      if (inner === undefined) {
        const isOptional = property.flags & ts.SymbolFlags.Optional || optional.includes(name);
        return isOptional ? [] : [`${path}.${name} is missing`];
      }
      return findErrors(checker, checker.getTypeOfSymbol(property), inner, `${path}.${name}`);
    }),
  ];
}
