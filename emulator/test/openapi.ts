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

/** Chargebee's own specification of portal sessions. */
const { schemas, paths } = JSON.parse(
  await readFile(new URL('fixtures/openapi-portal-session.json', import.meta.url), 'utf8'),
) as Specification;

const ajv = new Ajv({ allErrors: true, formats: { 'unix-time': true, email: true } });
ajv.addVocabulary(['components']);

/** A parameter of a form, by its name as it is sent, such as `customer[id]`. */
export interface Parameter {
  name: string;
  maxLength: number;
  required: boolean;
}

/** A call that the specification has. */
export interface Operation {
  method: string;
  /** With `{portal-session-id}` in the place of the id. */
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

/** What is wrong with an answer to a call, by its status. */
export function faultsOfAnswer({ method, path }: Operation, status: number, body: unknown) {
  const answer = paths[path]?.[method.toLowerCase()]?.responses[status];
  const schema = answer?.content?.['application/json']?.schema;
  if (!schema) throw new Error(`The specification has no answer ${status} to ${method} ${path}.`);
  return faultsIn(schema, body);
}

/** What is wrong with a value that a schema of the specification is to describe. */
export function faultsOf(schema: string, value: unknown): unknown {
  const found = schemas[schema];
  if (!found) throw new Error(`The specification has no schema ${schema}.`);
  return faultsIn(found, value);
}

function faultsIn(schema: AnySchemaObject, value: unknown): unknown {
  // Its references begin at the specification's root.
  const validate = ajv.compile({ ...schema, components: { schemas } });
  return validate(value) ? [] : validate.errors;
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
