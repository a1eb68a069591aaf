import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { FastifyBaseLogger } from 'fastify';
import { contractTypeDefs } from '../generated/type-defs.js';
import type { PortalContext } from './context.js';
import { maskUnexpected, withoutSuggestions } from './errors.js';
import { contractResolvers } from './resolvers.js';
import {
  MOST_TOKENS,
  MOST_TOKENS_WITH_INTROSPECTION,
  serverValidationRules,
} from './validation-rules.js';

/**
 * So many parsed documents are kept, the latest used. Apps send a few, and a bound by the length of their text would let
 * one caller fill the memory: what a document is parsed into takes many times that.
 */
const MOST_DOCUMENTS = 100;

/** The Apollo Server behind `/graphql`, started; nothing that helps a stranger look around unless introspection is on. */
export async function startApollo(options: {
  logger: FastifyBaseLogger;
  introspection: boolean;
}): Promise<ApolloServer<PortalContext>> {
  const { logger, introspection } = options;
  const apollo = new ApolloServer<PortalContext>({
    typeDefs: contractTypeDefs,
    resolvers: contractResolvers,
    validationRules: serverValidationRules,
    parseOptions: { maxTokens: introspection ? MOST_TOKENS_WITH_INTROSPECTION : MOST_TOKENS },
    documentStore: new InMemoryLRUCache({ max: MOST_DOCUMENTS }),
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    formatError: introspection
      ? maskUnexpected
      : (formatted) => withoutSuggestions(maskUnexpected(formatted)),
    logger: {
      debug: (message) => logger.debug(message),
      info: (message) => logger.info(message),
      warn: (message) => logger.warn(message),
      error: (message) => logger.error(message),
    },
    plugins: [
      // Each would otherwise be switched on by a variable that happens to be set, and send data elsewhere.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}
