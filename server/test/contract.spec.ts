import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { STATUS_BY_CODE } from '../src/errors.js';
import { contractTypeDefs } from '../src/generated/type-defs.js';

describe('the contract', () => {
  const schema = buildSchema(contractTypeDefs);
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );

  it('describes every type, field, argument and value', () => {
    const nameless: string[] = [];
    const see = (name: string, { description }: { description?: string | null | undefined }) => {
      if (!description) nameless.push(name);
    };
    for (const type of types) {
      see(type.name, type);
      if (isEnumType(type)) {
        for (const value of type.getValues()) see(`${type.name}.${value.name}`, value);
      } else if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          see(`${type.name}.${field.name}`, field);
        }
      } else if (isObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          see(`${type.name}.${field.name}`, field);
          for (const arg of field.args) see(`${type.name}.${field.name}(${arg.name})`, arg);
        }
      }
    }
    expect(types.length).toBeGreaterThan(8);
    expect(nameless).toEqual([]);
  });

  it('describes every error code, with its status', () => {
    for (const [code, status] of Object.entries(STATUS_BY_CODE)) {
      expect(schema.description).toContain(`\`${code}\` (${status})`);
    }
  });

  it('lists, for each field, only codes that it can have, each once', () => {
    const codes = new Set(Object.keys(STATUS_BY_CODE));
    const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}),
    );
    for (const { name, description } of fields) {
      const errors = /Errors: ([\s\S]*)$/.exec(description ?? '')?.[1] ?? '';
      expect(errors).withContext(name).not.toBe('');
      const named = [...errors.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code ?? '');
      expect(named.filter((code) => !codes.has(code)))
        .withContext(name)
        .toEqual([]);
      expect(new Set(named).size).withContext(name).toBe(named.length);
    }
  });
});
