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
import { maskUnexpected, withoutSuggestions, withShortMessage } from './errors.js';
import { contractResolvers } from './resolvers.js';
import {
  MAX_TOKENS,
  MAX_TOKENS_WITH_INTROSPECTION,
  serverValidationRules,
} from './validation-rules.js';

/**
 * The size of the cache of parsed documents. Apps send only a few. Apollo Server's default limits the length of their text,
 * but a parsed document takes many times that memory, so one caller could fill it.
 */
const MAX_DOCUMENTS = 100;

/** Starts the Apollo Server of `/graphql`. Unless introspection is on, it reveals nothing about the schema. */
export async function startApollo(options: {
  logger: FastifyBaseLogger;
  introspection: boolean;
}): Promise<ApolloServer<PortalContext>> {
  const { logger, introspection } = options;
  const apollo = new ApolloServer<PortalContext>({
    typeDefs: contractTypeDefs,
    resolvers: contractResolvers,
    validationRules: serverValidationRules,
    parseOptions: { maxTokens: introspection ? MAX_TOKENS_WITH_INTROSPECTION : MAX_TOKENS },
    documentStore: new InMemoryLRUCache({ max: MAX_DOCUMENTS }),
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    formatError: (formatted) => {
      const masked = maskUnexpected(formatted);
      return withShortMessage(introspection ? masked : withoutSuggestions(masked));
    },
    logger: {
      debug: (message) => logger.debug(message),
      info: (message) => logger.info(message),
      warn: (message) => logger.warn(message),
      error: (message) => logger.error(message),
    },
    plugins: [
      // Disabled explicitly, since environment variables could enable them, and some send data to Apollo.
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
