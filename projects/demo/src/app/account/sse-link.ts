import { ApolloLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import { createClient } from 'graphql-sse';

/** Creates a link that runs GraphQL subscriptions over server-sent events, with the user's token. */
export function createSseLink(url: string, token: () => string | null): ApolloLink {
  const client = createClient({
    url,
    headers: (): Record<string, string> => {
      const bearer = token();
      return bearer ? { Authorization: `Bearer ${bearer}` } : {};
    },
    // With exponential backoff. After the last attempt, only `withRefetch` in app.config.ts fetches changes.
    retryAttempts: 8,
  });
  return new ApolloLink(
    ({ operationName, query, variables }) =>
      new Observable((sink) =>
        client.subscribe<Record<string, unknown>>(
          { operationName, query: print(query), variables },
          {
            next: ({ data, errors }) => sink.next({ data, errors }),
            error: (error) => sink.error(error),
            complete: () => sink.complete(),
          },
        ),
      ),
  );
}
