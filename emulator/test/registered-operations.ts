import Fastify from 'fastify';
import { IdempotencyStore } from '../src/api/idempotency.js';
import { api } from '../src/api/index.js';
import { Clock } from '../src/clock.js';
import { readConfig } from '../src/config.js';
import { Downloads } from '../src/downloads.js';
import { Resets } from '../src/resets.js';
import { Store } from '../src/store/store.js';

/** Returns the calls that the API supports, such as `GET /customers/{id}`, read from its routes. */
export async function registeredOperations(): Promise<string[]> {
  const clock = new Clock();
  const publicUrl = () => '';
  const app = Fastify({ exposeHeadRoutes: false });
  const calls: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    // Routes with several methods only respond with 405.
    if (typeof method !== 'string') return;
    calls.push(`${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
  await app.register(api, {
    store: new Store({ clock, publicUrl }),
    config: readConfig({}),
    resets: new Resets(),
    idempotency: new IdempotencyStore(clock),
    downloads: new Downloads(clock, publicUrl),
    clock,
    publicUrl,
  });
  await app.close();
  return calls;
}
