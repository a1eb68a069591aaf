import { z } from 'zod';
import { wrongValue } from '../errors.js';
import type { CustomFields, MetaData } from '../store/resources.js';
import { ignoreParameter } from './ignored-parameters.js';

/** A string of at most `max` characters. An empty string removes the attribute. */
export const optionalText = (max: number) =>
  z
    .string()
    .max(max)
    .transform((value) => (value === '' ? undefined : value))
    .optional();

/** An id that the caller chooses. `.` and `..` are rejected because HTTP clients resolve them as path segments. */
export const chosenId = z
  .string()
  .min(1)
  .max(50)
  .refine((id) => !/^\.\.?$/.test(id), 'cannot be part of a URL path');

/** A non-empty string of at most `max` characters. */
export const requiredText = (max: number) => z.string().min(1).max(max);

export const email = z
  .union([z.literal('').transform(() => undefined), z.email('should be a valid email').max(70)])
  .optional();

export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'should be an integer')
  .transform(Number);

/** A Unix timestamp in seconds. */
export const timestamp = z
  .string()
  .regex(/^\d{1,11}$/, 'should be a UTC timestamp in seconds')
  .transform(Number);

/** One of `values`, ignoring case, because Chargebee's Java SDK sends `END_OF_TERM`. */
export const oneOf = <const Value extends string>(
  values: readonly Value[],
  message = `should be one of ${values.join(', ')}`,
) =>
  z.string(message).transform((input, context): Value => {
    const found = values.find((value) => value.toLowerCase() === input.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message, input });
    return z.NEVER;
  });

export const boolean = oneOf(['true', 'false'], 'should be true or false').transform(
  (value) => value === 'true',
);

/** A JSON object encoded as a string, as forms send `meta_data`. An empty string removes the attribute. */
export const metaData = z
  .string({ error: 'should be a JSON object' })
  .max(65_536)
  .transform((value, context): MetaData | undefined => {
    if (value === '') return undefined;
    try {
      const parsed: unknown = JSON.parse(value);
      if (isObject(parsed) && !Array.isArray(parsed)) return parsed as MetaData;
    } catch {
      // Reported below.
    }
    context.addIssue({ code: 'custom', message: 'should be a JSON object', input: value });
    return z.NEVER;
  })
  .optional();

/** Nested parameters, such as `customer[id]`. When there are none, the error names the first required one, not the parent. */
export const nested = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess((value) => value ?? {}, z.strictObject(shape));

/** The site's custom fields among parameters, such as `cf_department`. */
const customField = z.string().max(250);

const isCustomField = (name: string): boolean => name.startsWith('cf_');

/** Like `nested`, with the site's custom fields, such as `customer[cf_department]`. */
export const nestedWithCustomFields = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess(
    (value) => value ?? {},
    z
      .looseObject(shape)
      .superRefine((value, context) => {
        const others = Object.keys(value).filter((name) => !Object.hasOwn(shape, name));
        const keys = others.filter((name) => !isCustomField(name));
        if (keys.length > 0) {
          context.addIssue({ code: 'unrecognized_keys', keys, input: value });
        }
        for (const name of others.filter(isCustomField)) {
          if (customField.safeParse(value[name]).success) continue;
          const message = 'should be a text of at most 250 characters';
          context.addIssue({ code: 'custom', path: [name], message, input: value[name] });
        }
      })
      .transform((value) => value as z.output<z.ZodObject<Shape>> & CustomFields),
  );

/** An http(s) URL of at most 250 characters, such as `redirect_url`. An empty string removes the attribute. */
export const url = z
  .string()
  .max(250)
  .refine(
    (value) => value === '' || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)),
    'should be a valid url',
  )
  .transform((value) => (value === '' ? undefined : value))
  .optional();

/**
 * Parses the parameters of a call, without those that Chargebee documents and the emulator ignores.
 * @throws ChargebeeError `param_wrong_value` that names the first invalid parameter
 */
export function parseParameters<T>(schema: z.ZodType<T>, input: unknown): T {
  const parameters = input ?? {};
  const first = schema.safeParse(parameters, { reportInput: true });
  if (first.success) return first.data;
  // Unknown parameters are reported before missing ones, since a misspelt name causes both.
  const unknown = first.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (unknown.length === 0) throw toError(first.error);
  const paths = unknown.flatMap(({ path, keys }) => keys.map((key) => [...path, key]));
  for (const path of paths) {
    for (const leaf of leafPaths(path, valueAt(parameters, path))) ignoreParameter(paramName(leaf));
  }
  const second = schema.safeParse(
    paths.reduce<unknown>((value, path) => omitPath(value, path), parameters),
    { reportInput: true },
  );
  if (second.success) return second.data;
  throw toError(second.error);
}

type Path = readonly PropertyKey[];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, key) => (isObject(inner) ? Reflect.get(inner, key) : undefined),
    value,
  );

/** Returns the paths of all primitive values in a value. */
function leafPaths(path: Path, value: unknown): Path[] {
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leafPaths([...path, key], inner));
}

/** Returns a copy of a value without the property at a path. */
function omitPath(value: unknown, [key = '', ...rest]: Path): unknown {
  if (!isObject(value)) return value;
  const copy: object = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  if (rest.length === 0) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, omitPath(Reflect.get(copy, key), rest));
  return copy;
}

/** Like `parseParameters`, for calls that also accept the site's custom fields, such as `cf_department`. */
export function parseWithCustomFields<T>(schema: z.ZodType<T>, input: unknown): T & CustomFields {
  const all = Object.entries(input ?? {});
  const isCustom = ([name]: [string, unknown]) => isCustomField(name);
  const standard = parseParameters(
    schema,
    Object.fromEntries(all.filter((entry) => !isCustom(entry))),
  );
  return {
    ...standard,
    ...parseParameters(customFields, Object.fromEntries(all.filter(isCustom))),
  };
}

const customFields = z.record(z.templateLiteral(['cf_', z.string()]), optionalText(250));

function toError(error: z.ZodError): unknown {
  const [issue] = error.issues;
  if (!issue) return error;
  const param = paramName(issue.path);
  if (issue.input === undefined || issue.input === '') return wrongValue(param, 'cannot be blank');
  if (issue.code === 'too_big' && issue.origin === 'string') {
    return wrongValue(param, `should not exceed ${issue.maximum} characters`);
  }
  return wrongValue(param, issue.message);
}

/** Formats a path as a parameter name: `['customer', 'id']` as `customer[id]`. */
function paramName([first = '', ...rest]: readonly PropertyKey[]): string {
  return String(first) + rest.map((key) => `[${String(key)}]`).join('');
}
