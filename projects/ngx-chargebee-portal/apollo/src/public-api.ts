export { withApollo, type ApolloBackendOptions } from './apollo-backend';
