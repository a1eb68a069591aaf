import { ApolloLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import { createClient } from 'graphql-sse';

/** Sends GraphQL subscriptions as server-sent events, with the token of whoever is signed in. */
export function createSseLink(url: string, token: () => string | null): ApolloLink {
  const client = createClient({
    url,
    headers: (): Record<string, string> => {
      const bearer = token();
      return bearer ? { Authorization: `Bearer ${bearer}` } : {};
    },
    // With growing pauses; after the last of them the page goes on with what withRefetch() reads.
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
