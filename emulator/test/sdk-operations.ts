// Reads the calls of Chargebee's API and their parameters from the tables in its SDK.
import { readFile } from 'node:fs/promises';

const SDK = new URL('../../node_modules/chargebee/esm/', import.meta.url);

/** A row of the SDK's table of endpoints. */
type Endpoint = readonly [
  action: string,
  method: string,
  path: string,
  suffix: string | null,
  hasId: boolean,
];

/** The parts of the SDK's Zod schemas that are used to read parameter names. */
interface Schema {
  def: { type: string; innerType?: Schema; element?: Schema };
  shape?: Record<string, Schema>;
}

export interface SdkOperation {
  resource: string;
  action: string;
  /** Such as `POST /customers/{id}`. */
  call: string;
}

const toSnakeCase = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Returns every call of Chargebee's API that its SDK supports. */
export async function sdkOperations(): Promise<SdkOperation[]> {
  const { Endpoints } = (await import(new URL('resources/api_endpoints.js', SDK).href)) as {
    Endpoints: Record<string, readonly Endpoint[]>;
  };
  return Object.entries(Endpoints).flatMap(([resource, endpoints]) =>
    endpoints.map(([action, method, path, suffix, hasId]) => ({
      resource,
      action,
      call: `${method} ${path}${hasId ? '/{id}' : ''}${suffix ?? ''}`,
    })),
  );
}

/** Returns the parameter names of a call, such as `customer[id]`, from the SDK's schema. */
export async function sdkParameters({ resource, action }: SdkOperation): Promise<string[]> {
  const path = new URL(`schema/${toSnakeCase(resource)}.schema.js`, SDK);
  const schemas = await readFile(path).then(
    () => import(path.href) as Promise<Record<string, Schema>>,
    (): Record<string, Schema> => ({}),
  );
  const namesFor = (wanted: string): string[] => {
    const schema = `${wanted}${resource}BodySchema`.toLowerCase();
    const found = Object.entries(schemas).find(([name]) => name.toLowerCase() === schema)?.[1];
    return found ? namesOf(found, '') : [];
  };
  return namesFor(action).flatMap((name) =>
    // The SDK's schema for creating a customer has an address without members, because it has two of the same name.
    name === 'billing_address'
      ? namesFor('updateBillingInfo').filter((member) => member.startsWith('billing_address['))
      : [name],
  );
}

/** Returns the names of all values in a schema, with `name` as the name of the whole. */
function namesOf(schema: Schema, name: string): string[] {
  const inner = schema.def.innerType ?? schema.def.element;
  if (inner) return namesOf(inner, name);
  // An object without members is JSON of any content, such as `meta_data`.
  if (!schema.shape || Object.keys(schema.shape).length === 0) return [name];
  return Object.entries(schema.shape).flatMap(([key, value]) =>
    namesOf(value, name ? `${name}[${key}]` : key),
  );
}
