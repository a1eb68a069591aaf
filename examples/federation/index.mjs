// Starts a subgraph with the portal and a gateway in front of it, configured for the emulator of `npm start`.
import { startGateway } from './gateway.mjs';
import { startSubgraph } from './subgraph.mjs';

const { CHARGEBEE_BASE_URL = 'http://localhost:4010', PORT = '4301' } = process.env;

const subgraph = await startSubgraph({
  tokens: {
    jwksUrl: `${CHARGEBEE_BASE_URL}/idp/.well-known/jwks.json`,
    issuer: `${CHARGEBEE_BASE_URL}/idp`,
    audience: 'chargebee-portal-demo',
  },
  env: { CHARGEBEE_SITE: 'acme-test', CHARGEBEE_API_KEY: 'test_emulator_key', CHARGEBEE_BASE_URL },
});
const gateway = await startGateway({ shop: subgraph.url }, Number(PORT));
console.log(`Listening at ${gateway.url}`);

async function stop() {
  await gateway.stop();
  await subgraph.stop();
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
