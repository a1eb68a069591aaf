import { SchematicsException, type Tree } from '@angular-devkit/schematics';
import type { Program } from 'typescript';
import { findOutdatedApollo, hasNamedClient } from './analysis/apollo';
import type { Options } from './options';
import { APOLLO_CLIENT, type Backend } from './setup-code';

/**
 * Chooses the backend feature to add. If the app uses Apollo already, no Apollo provider is added, not even a named client:
 * `provideNamedApollo` would replace the app's own named clients and flags.
 *
 * @param apollo The location at which the app uses Apollo, from `findApollo`; undefined if it does not.
 * @throws SchematicsException if Apollo cannot be used, or a URL is missing
 */
export function chooseBackend(
  tree: Tree,
  program: Program,
  { backend, url }: Options,
  apollo: string | undefined,
): Backend {
  if (backend !== 'apollo') return { kind: backend, url: url! };
  if (hasNamedClient(program, APOLLO_CLIENT)) return { kind: 'apollo', client: APOLLO_CLIENT };
  const outdated = findOutdatedApollo(tree);
  if (outdated && (apollo === undefined || url === undefined)) {
    throw new SchematicsException(
      `The backend "apollo" cannot be used: this workspace has ${outdated}. Use --backend graphql, which needs no Apollo.`,
    );
  }
  if (url === undefined && apollo === undefined) {
    throw new SchematicsException(
      'No Apollo client was found in this app. Set --url to your backend’s GraphQL endpoint, and one is made for it.',
    );
  }
  if (url === undefined) return { kind: 'apollo' };
  return apollo === undefined ? { kind: 'named-apollo', url } : { kind: 'graphql', url };
}
