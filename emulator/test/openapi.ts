import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import type { AnySchemaObject } from 'ajv';

interface Content {
  content?: Record<string, { schema: AnySchemaObject }>;
}

interface Specification {
  schemas: Record<string, AnySchemaObject>;
  paths: Record<
    string,
    Record<string, { requestBody: Content; responses: Record<string, Content> }>
  >;
}

/** Chargebee's OpenAPI specification of portal sessions. */
const { schemas, paths } = JSON.parse(
  await readFile(new URL('fixtures/openapi-portal-session.json', import.meta.url), 'utf8'),
) as Specification;

const ajv = new Ajv({ allErrors: true, formats: { 'unix-time': true, email: true } });
ajv.addVocabulary(['components']);

/** A form parameter with its full name, such as `customer[id]`. */
export interface Parameter {
  name: string;
  maxLength: number;
  required: boolean;
}

/** An operation of the specification. */
export interface Operation {
  method: string;
  /** The path template, with `{portal-session-id}` for the id. */
  path: string;
  parameters: readonly Parameter[];
}

export const operations: readonly Operation[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { requestBody }]) => ({
    method: method.toUpperCase(),
    path,
    parameters: parametersOf(requestBody.content?.['application/x-www-form-urlencoded']?.schema),
  })),
);

/** Validates the body of a response. Returns the errors. */
export function responseErrors({ method, path }: Operation, status: number, body: unknown) {
  const answer = paths[path]?.[method.toLowerCase()]?.responses[status];
  const schema = answer?.content?.['application/json']?.schema;
  if (!schema) throw new Error(`The specification has no answer ${status} to ${method} ${path}.`);
  return validate(schema, body);
}

/** Validates a value against a named schema. Returns the errors. */
export function schemaErrors(schema: string, value: unknown): unknown {
  const found = schemas[schema];
  if (!found) throw new Error(`The specification has no schema ${schema}.`);
  return validate(found, value);
}

function validate(schema: AnySchemaObject, value: unknown): unknown {
  // The schema's references are relative to the root of the specification.
  const validator = ajv.compile({ ...schema, components: { schemas } });
  return validator(value) ? [] : validator.errors;
}

function parametersOf(schema: AnySchemaObject | undefined, group?: string): Parameter[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, AnySchemaObject & { maxLength?: number }>;
    required?: string[];
  };
  return Object.entries(properties).flatMap(([key, property]) => {
    const name = group === undefined ? key : `${group}[${key}]`;
    if (property.type === 'object') return parametersOf(property, name);
    return [{ name, maxLength: property.maxLength ?? Infinity, required: required.includes(key) }];
  });
}
