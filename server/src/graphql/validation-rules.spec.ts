import { buildSchema, parse, validate } from 'graphql';
import { contractTypeDefs } from '../generated/type-defs.js';
import { oneUpstreamField, serverValidationRules } from './validation-rules.js';

describe('the validation rules', () => {
  const messages = (schema: string) =>
    validate(buildSchema(schema), parse('subscription { ticks }'), serverValidationRules).map(
      ({ message }) => message,
    );

  it('refuse an operation of a type that the schema does not have', () => {
    expect(messages(contractTypeDefs)).toEqual(['There is no operation of the type subscription.']);
  });

  it('accept a host app’s subscriptions', () => {
    expect(messages('type Query { a: Int } type Subscription { ticks: Int }')).toEqual([]);
  });
});

describe('the rule of one upstream field', () => {
  const accepts = (document: string) =>
    validate(buildSchema(contractTypeDefs), parse(document), [oneUpstreamField]).length === 0;
  const session = 'createPortalSession { id }';
  const page = 'createManagePaymentSourcesPage { id }';

  for (const [accepted, what, body] of [
    [
      true,
      'exclusive by a variable',
      `a: createPortalSession @include(if: $x) { id } b: createManagePaymentSourcesPage @skip(if: $x) { id }`,
    ],
    [true, 'never executed', `${session} b: createPortalSession @skip(if: true) { id }`],
    [
      true,
      'exclusive around fragments',
      `... @include(if: $x) { ${session} } ... @skip(if: $x) { ${page} }`,
    ],
    [
      true,
      'exclusive at two levels',
      `... @include(if: $x) { ... @include(if: $y) { ${session} } ... @skip(if: $y) { ${page} } } ...F @skip(if: $x)`,
    ],
    [
      true,
      'asking for the impossible',
      `${session} ... @include(if: $x) { b: createPortalSession @skip(if: $x) { id } }`,
    ],
    [
      false,
      'under different variables',
      `a: createPortalSession @include(if: $x) { id } b: createPortalSession @skip(if: $y) { id }`,
    ],
    [
      false,
      'under the same variable',
      `a: createPortalSession @include(if: $x) { id } b: createPortalSession @include(if: $x) { id }`,
    ],
    [
      false,
      'of which one is under no variable',
      `${session} b: createPortalSession @skip(if: $x) { id }`,
    ],
    [
      false,
      'of which two of three meet',
      `a: createPortalSession @include(if: $x) { id } b: createPortalSession @skip(if: $x) { id } ...F`,
    ],
    [false, 'included for certain', `${session} b: createPortalSession @include(if: true) { id }`],
  ] as const) {
    it(`${accepted ? 'accepts' : 'refuses'} fields ${what}`, () => {
      const fragment = body.includes('...F') ? `fragment F on Mutation { c: ${session} }` : '';
      expect(accepts(`mutation($x: Boolean!, $y: Boolean!) { ${body} } ${fragment}`)).toBe(
        accepted,
      );
    });
  }

  it('takes little time for fragments that spread each other many times', () => {
    const levels = Array.from({ length: 20 }, (_, level) => {
      const next = level === 19 ? session : `...F${level + 1} ...F${level + 1}`;
      return `fragment F${level} on Mutation { ${next} }`;
    });
    const begun = performance.now();
    expect(accepts(`mutation { ...F0 } ${levels.join(' ')}`)).toBeFalse();
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
