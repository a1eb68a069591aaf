import { Changes } from './account/changes.js';
import { createApp } from './app.js';
import { createChargebee } from './billing/chargebee-client.js';
import { reconcile } from './billing/reconcile.js';
import { readConfig } from './config.js';
import { openDatabase } from './database/open.js';
import { seed } from './database/seed.js';
import { toLog } from './errors.js';

const config = readConfig(process.env);
const { db, close: closeDatabase } = await openDatabase(config.databaseUrl, config.dataFolder);
await seed(db);

const changes = new Changes();
const chargebee = createChargebee(config);
const app = await createApp(config, { db, changes, chargebee });

let reconciling: Promise<void> = Promise.resolve();
const reconcileNow = () => {
  reconciling = reconciling
    .then(() => reconcile(chargebee, db, changes))
    .catch((error: unknown) => {
      console.error('reconcile:', toLog(error));
    });
};
reconcileNow();
const timer = config.reconcileSeconds
  ? setInterval(reconcileNow, config.reconcileSeconds * 1000)
  : undefined;

app.server.listen(config.port, config.host, () => {
  console.log(`merchant API ready at http://localhost:${config.port}/graphql`);
});

// For manual reconciliation after lost webhooks: `kill -HUP <pid>`.
process.on('SIGHUP', reconcileNow);

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  clearInterval(timer);
  await app.close();
  await reconciling;
  await closeDatabase();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
