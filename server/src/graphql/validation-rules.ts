import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { ONE_UPSTREAM_FIELD } from './context.js';
import { UPSTREAM_FIELDS } from './resolvers.js';

/** The contract's own operations need 2 levels, introspection of a whole schema 13. */
const MOST_LEVELS = 6;
const MOST_ALIASES = 10;
/** The longest operation of the contract, with every field and argument, has about 60. */
export const MOST_TOKENS = 500;
export const MOST_TOKENS_WITH_INTROSPECTION = 2000;

/**
 * Refuses, before anything is executed, an operation in which more than one field makes a call to Chargebee, by
 * whatever means: several fields, aliases, fragments.
 */
export function oneUpstreamField(context: ValidationContext): ASTVisitor {
  const inFragment = new Map<string, number>();

  const countIn = ({ selections }: SelectionSetNode): number => {
    let count = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) count += UPSTREAM_FIELDS.has(selection.name.value) ? 1 : 0;
      else if (selection.kind === Kind.INLINE_FRAGMENT) count += countIn(selection.selectionSet);
      else count += countInFragment(selection.name.value);
    }
    return count;
  };
  const countInFragment = (name: string): number => {
    const known = inFragment.get(name);
    if (known !== undefined) return known;
    // A fragment that spreads itself, which another rule refuses, must not make this one loop.
    inFragment.set(name, 0);
    const fragment = context.getFragment(name);
    const count = fragment ? countIn(fragment.selectionSet) : 0;
    inFragment.set(name, count);
    return count;
  };

  return {
    OperationDefinition(operation) {
      if (countIn(operation.selectionSet) < 2) return;
      context.reportError(new GraphQLError(ONE_UPSTREAM_FIELD, { nodes: operation }));
    },
  };
}

/** Refuses an operation of a kind that the schema has none of, such as a subscription; GraphQL's own rules let it pass. */
export function knownOperationType(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (context.getSchema().getRootType(operation.operation)) return;
      const message = `There is no operation of the type ${operation.operation}.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

const reported = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) => context?.reportError(error),
  ],
};

/**
 * The limits of a request, for an Apollo Server's `validationRules`: an operation that the schema has, one field that
 * goes upstream, and bounded depth and aliases.
 */
export const portalValidationRules: ValidationRule[] = [
  knownOperationType,
  oneUpstreamField,
  maxDepthRule({ n: MOST_LEVELS, ...reported }),
  maxAliasesRule({ n: MOST_ALIASES, ...reported }),
];
