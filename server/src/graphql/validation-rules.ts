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

/** The contract's operations have 2 levels; introspection of the whole schema has 13. */
const MAX_DEPTH = 6;
const MAX_ALIASES = 10;
/** The longest operation of the contract, with every field and argument, has about 60. */
export const MAX_TOKENS = 500;
export const MAX_TOKENS_WITH_INTROSPECTION = 2000;

/** The values that variables must have for a field to be executed, because of `@skip` and `@include`. */
type Conditions = ReadonlyMap<string, boolean>;

const ALWAYS: Conditions = new Map();
/** The maximum number of fields that are compared with each other; an operation with more is rejected. */
const MAX_FIELDS = 10;

/**
 * Rejects operations in which more than one field could call Chargebee, including aliases and fragments. Fields that exclude
 * each other by `@skip` and `@include` are accepted.
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
      // One more than the maximum is enough to detect that there are too many.
      .slice(0, MAX_FIELDS + 1);

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
    // Prevents endless recursion for a fragment that spreads itself, which another rule rejects.
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
      const canBothRun = fields.some((one, index) =>
        fields.slice(index + 1).some((other) => combine(one, other) !== undefined),
      );
      if (!canBothRun && fields.length <= MAX_FIELDS) return;
      context.reportError(new GraphQLError(ONE_UPSTREAM_FIELD, { nodes: operation }));
    },
  };
}

/** Returns the conditions of `@skip` and `@include`; `undefined` when the selection can never be executed. */
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

/** Returns both conditions together; `undefined` when they exclude each other. */
function combine(one: Conditions, other: Conditions): Conditions | undefined {
  for (const [variable, wanted] of other) {
    if ((one.get(variable) ?? wanted) !== wanted) return undefined;
  }
  return new Map([...one, ...other]);
}

/** Rejects operations of a type that the schema does not have, such as subscriptions. GraphQL's own rules accept them. */
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

/** The rules of the program: known operation type, one upstream field, limited depth and aliases. */
export const serverValidationRules: ValidationRule[] = [
  knownOperationType,
  oneUpstreamField,
  maxDepthRule({ n: MAX_DEPTH, ...reported }),
  maxAliasesRule({ n: MAX_ALIASES, ...reported }),
];

/**
 * The rule for a host's option `validationRules`: at most one field of an operation makes calls to Chargebee. It concerns only
 * the portal's fields; depth and size of operations are up to the host.
 */
export const portalValidationRules: ValidationRule[] = [oneUpstreamField];
