export { withApollo, type ApolloBackendOptions } from './apollo-backend';
export { withRefetch, type RefetchOptions, type RefetchQueries } from './refetch';
