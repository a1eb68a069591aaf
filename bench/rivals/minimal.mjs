// The rival for startup time, memory and size: a minimal Apollo Server with the SDK and jose that creates portal sessions.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import Chargebee from 'chargebee';
import { jwtVerify } from 'jose';

const chargebee = new Chargebee({
  site: process.env.CHARGEBEE_SITE,
  apiKey: process.env.CHARGEBEE_API_KEY,
});
const secret = new TextEncoder().encode(process.env.AUTH_JWT_SECRET);
const server = new ApolloServer({
  typeDefs: `
    type Query { hello: String }
    type Mutation { createPortalSession: PortalSession! }
    type PortalSession { id: ID! token: String! accessUrl: String! }`,
  resolvers: {
    Mutation: {
      async createPortalSession(_root, _args, { customerId }) {
        const { portal_session: session } = await chargebee.portalSession.create({
          customer: { id: customerId },
        });
        return { ...session, accessUrl: session.access_url };
      },
    },
  },
});
const { url } = await startStandaloneServer(server, {
  context: async ({ req }) => {
    const token = req.headers.authorization?.slice('Bearer '.length) ?? '';
    const { payload } = await jwtVerify(token, secret);
    return { customerId: payload.chargebee_customer_id };
  },
  listen: { host: '127.0.0.1', port: Number(process.env.PORT) },
});
console.log(`listening at ${url}`);
