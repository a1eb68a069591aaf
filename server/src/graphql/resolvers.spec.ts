import { buildSchema } from 'graphql';
import { contractTypeDefs } from '../generated/type-defs.js';
import { UPSTREAM_FIELDS } from './resolvers.js';

describe('the fields that make calls to Chargebee', () => {
  it('are all mutations of the schema', () => {
    const fields = buildSchema(contractTypeDefs).getMutationType()?.getFields() ?? {};
    expect(Object.keys(fields).length).toBeGreaterThan(0);
    expect([...UPSTREAM_FIELDS].sort()).toEqual(Object.keys(fields).sort());
  });
});
