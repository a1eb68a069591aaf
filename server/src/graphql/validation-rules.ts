import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type ASTVisitor,
  type DirectiveNode,
  type SelectionNode,
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

/** Under which values of the operation's variables a field is executed: all of these together. */
type Conditions = ReadonlyMap<string, boolean>;

const ALWAYS: Conditions = new Map();
/** So many fields are compared with one another; an operation with more is refused without a look. */
const MOST_FIELDS = 10;

/**
 * Refuses, before anything is executed, an operation of which more than one field could call Chargebee, by whatever means:
 * several fields, aliases, fragments. Fields that exclude each other by `@skip` and `@include` are accepted.
 */
export function oneUpstreamField(context: ValidationContext): ASTVisitor {
  const inFragment = new Map<string, Conditions[]>();

  const collect = ({ selections }: SelectionSetNode): Conditions[] =>
    selections
      .flatMap((selection) => {
        const own = conditionsOf(selection.directives ?? []);
        if (own === undefined) return [];
        return collectIn(selection).flatMap((inner) => combine(own, inner) ?? []);
      })
      // One more shows that there are too many.
      .slice(0, MOST_FIELDS + 1);

  const collectIn = (selection: SelectionNode): Conditions[] => {
    switch (selection.kind) {
      case Kind.FIELD:
        return UPSTREAM_FIELDS.has(selection.name.value) ? [ALWAYS] : [];
      case Kind.INLINE_FRAGMENT:
        return collect(selection.selectionSet);
      case Kind.FRAGMENT_SPREAD:
        return collectInFragment(selection.name.value);
    }
  };
  const collectInFragment = (name: string): Conditions[] => {
    const known = inFragment.get(name);
    if (known !== undefined) return known;
    // A fragment that spreads itself, which another rule refuses, must not make this one loop.
    inFragment.set(name, []);
    const fragment = context.getFragment(name);
    const found = fragment ? collect(fragment.selectionSet) : [];
    inFragment.set(name, found);
    return found;
  };

  return {
    OperationDefinition(operation) {
      if (operation.operation !== OperationTypeNode.MUTATION) return;
      const fields = collect(operation.selectionSet);
      const mayMeet = fields.some((one, index) =>
        fields.slice(index + 1).some((other) => combine(one, other) !== undefined),
      );
      if (!mayMeet && fields.length <= MOST_FIELDS) return;
      context.reportError(new GraphQLError(ONE_UPSTREAM_FIELD, { nodes: operation }));
    },
  };
}

/** What `@skip` and `@include` ask for; `undefined` when they never let the selection be executed. */
function conditionsOf(directives: readonly DirectiveNode[]): Conditions | undefined {
  let conditions: Conditions | undefined = ALWAYS;
  for (const { name, arguments: given } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const wanted = name.value === 'include';
    const value = given?.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return undefined;
    if (value?.kind === Kind.VARIABLE) {
      conditions = combine(conditions, new Map([[value.name.value, wanted]]));
    }
    if (conditions === undefined) return undefined;
  }
  return conditions;
}

/** The conditions of both; `undefined` when they exclude each other. */
function combine(one: Conditions, other: Conditions): Conditions | undefined {
  for (const [variable, wanted] of other) {
    if ((one.get(variable) ?? wanted) !== wanted) return undefined;
  }
  return new Map([...one, ...other]);
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

/** The rules of the server itself: a known kind of operation, one field that goes upstream, bounded depth and aliases. */
export const serverValidationRules: ValidationRule[] = [
  knownOperationType,
  oneUpstreamField,
  maxDepthRule({ n: MOST_LEVELS, ...reported }),
  maxAliasesRule({ n: MOST_ALIASES, ...reported }),
];

/**
 * The rule for a host's API, for `validationRules`: one field of an operation goes upstream. It concerns the portal's
 * fields alone; how deep and how large the host's own operations may be is the host's decision.
 */
export const portalValidationRules: ValidationRule[] = [oneUpstreamField];
