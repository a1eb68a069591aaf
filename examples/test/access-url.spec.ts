import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../scripts/lib/ports.mjs';
import { startProgram, type RunningProgram } from '../../scripts/lib/programs.mjs';

const SECRET = 'leaked-secret';
/** The time for the last lines of the example's output to arrive. */
const OUTPUT_DELAY_MS = 500;

describe('the output of the access-URL example', () => {
  let neighbour: Server;
  let running: RunningProgram | undefined;

  beforeEach(async () => {
    // The answer of the sign-in is right, that of the portal server is not JSON.
    neighbour = createServer((request, response) => {
      request.resume();
      response.end(request.url === '/token' ? `{"access_token":"${SECRET}"}` : SECRET);
    });
    await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await running?.stop();
    neighbour.close();
  });

  for (const [what, credentials] of [
    ['a malformed answer', ''],
    ['the password in PORTAL_SERVER_URL', `user:${SECRET}@`],
  ] as const) {
    it(`contains nothing of ${what}`, async () => {
      const { port: neighbourPort } = neighbour.address() as AddressInfo;
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      running = await startProgram({
        name: 'access-url',
        port,
        url,
        readyUrl: url,
        args: ['examples/access-url/server.mjs'],
        env: {
          PORT: String(port),
          PORTAL_SERVER_URL: `http://${credentials}127.0.0.1:${neighbourPort}`,
          SIGN_IN_URL: `http://127.0.0.1:${neighbourPort}/token`,
        },
      });
      const headers = { 'sec-fetch-site': 'same-origin' };
      const answer = await fetch(`${url}/billing`, { method: 'POST', headers });
      expect(answer.status).toBe(503);
      expect(await answer.text()).not.toContain(SECRET);
      await setTimeout(OUTPUT_DELAY_MS);
      expect(running.output()).toContain('The portal could not be opened');
      expect(running.output()).not.toContain(SECRET);
    });
  }
});
