import { z } from 'zod';
import type { ChargebeeError } from '../errors.js';
import { wrongValue } from '../errors.js';
import type { CustomFields } from '../store/resources.js';

/** A text of so many characters at most. An empty one takes the attribute away. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .transform((value) => (value === '' ? undefined : value))
    .optional();

/** An id of the caller's choice. Those that mean a folder cannot be told in a path. */
export const chosenId = z
  .string()
  .min(1)
  .max(50)
  .refine((id) => !/^\.\.?$/.test(id), 'cannot be told in a path');

/** A text that has to be there. */
export const requiredText = (max: number) => z.string().min(1).max(max);

export const email = z
  .union([z.literal('').transform(() => undefined), z.email('should be a valid email').max(70)])
  .optional();

export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'should be an integer')
  .transform(Number);

/** UTC seconds. */
export const timestamp = z
  .string()
  .regex(/^\d{1,11}$/, 'should be a UTC timestamp in seconds')
  .transform(Number);

export const boolean = z
  .enum(['true', 'false'], 'should be true or false')
  .transform((value) => value === 'true');

/** Parameters in brackets, such as `customer[id]`. When none is sent it is the first required one that is missing. */
export const nested = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess((value) => value ?? {}, z.strictObject(shape));

/** An http(s) URL of at most 250 characters, as `redirect_url` and its like. */
export const url = z
  .string()
  .max(250)
  .refine(
    (value) => value === '' || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)),
    'should be a valid url',
  )
  .transform((value) => (value === '' ? undefined : value))
  .optional();

/** Reads the parameters of a call. @throws ChargebeeError `param_wrong_value` that names the first wrong one */
export function readParameters<T>(schema: z.ZodType<T>, input: unknown): T {
  const { success, data, error } = schema.safeParse(input ?? {}, { reportInput: true });
  if (success) return data;
  const [issue] = error.issues;
  if (!issue) throw error;
  throw toError(issue);
}

/** The same for a call that takes the site's custom fields too, such as `cf_department`. */
export function readWithCustomFields<T>(schema: z.ZodType<T>, input: unknown): T & CustomFields {
  const all = Object.entries(input ?? {});
  const isCustom = ([name]: [string, unknown]) => name.startsWith('cf_');
  const known = readParameters(schema, Object.fromEntries(all.filter((one) => !isCustom(one))));
  return { ...known, ...readParameters(customFields, Object.fromEntries(all.filter(isCustom))) };
}

const customFields = z.record(z.templateLiteral(['cf_', z.string()]), text(250));

function toError(issue: z.core.$ZodIssue): ChargebeeError {
  if (issue.code === 'unrecognized_keys') {
    const param = paramName([...issue.path, issue.keys[0] ?? '']);
    return wrongValue(param, 'this parameter is not known here and should not be sent');
  }
  const param = paramName(issue.path);
  if (issue.input === undefined || issue.input === '') return wrongValue(param, 'cannot be blank');
  if (issue.code === 'too_big' && issue.origin === 'string') {
    return wrongValue(param, `should not exceed ${issue.maximum} characters`);
  }
  if (issue.code === 'invalid_value') {
    return wrongValue(param, `should be one of ${issue.values.map(String).join(', ')}`);
  }
  return wrongValue(param, issue.message);
}

/** `['customer', 'id']` is `customer[id]`. */
function paramName([first = '', ...rest]: readonly PropertyKey[]): string {
  return String(first) + rest.map((key) => `[${String(key)}]`).join('');
}
