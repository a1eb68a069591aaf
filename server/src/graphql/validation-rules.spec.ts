import { buildSchema, parse, validate } from 'graphql';
import { portalTypeDefs } from '../generated/type-defs.js';
import { portalValidationRules } from './validation-rules.js';

describe('the validation rules', () => {
  const messages = (schema: string) =>
    validate(buildSchema(schema), parse('subscription { ticks }'), portalValidationRules).map(
      ({ message }) => message,
    );

  it('refuse an operation of a type that the schema has not', () => {
    expect(messages(portalTypeDefs)).toEqual(['There is no operation of the type subscription.']);
  });

  it('let a host app’s subscriptions pass', () => {
    expect(messages('type Query { a: Int } type Subscription { ticks: Int }')).toEqual([]);
  });
});
