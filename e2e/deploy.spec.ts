import { expect, test } from '@playwright/test';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../scripts/lib/ports.mjs';
import { root, startProgram, type Program, type RunningProgram } from '../scripts/lib/programs.mjs';

interface Compose {
  services: Record<'server' | 'emulator', { environment: Record<string, string> }>;
}

/** Starts an HTTP proxy that connects every host to one local port. It replaces the containers' network. */
async function startProxyTo(port: number): Promise<{ url: string; server: Server }> {
  const server = createServer().on('connect', (_request, client) => {
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    for (const socket of [client, target]) socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test('with the settings of deploy/compose.yml, access URLs use a host that a browser can reach', async ({
  request,
}) => {
  const text = await readFile(join(root, 'deploy/compose.yml'), 'utf8');
  const { services } = parse(text) as Compose;
  const [emulatorPort, serverPort] = [await freePort(), await freePort()];
  const proxy = await startProxyTo(emulatorPort);
  const emulatorUrl = `http://127.0.0.1:${emulatorPort}`;
  const serverUrl = `http://127.0.0.1:${serverPort}`;
  const stops: (() => Promise<unknown>)[] = [];
  const onSpawn = ({ stop }: RunningProgram) => stops.push(stop);
  const emulator: Program = {
    name: 'emulator',
    port: emulatorPort,
    url: emulatorUrl,
    readyUrl: emulatorUrl,
    args: ['emulator/dist/main.js'],
    env: { ...services.emulator.environment, HOST: '127.0.0.1', PORT: String(emulatorPort) },
  };
  const server: Program = {
    name: 'server',
    port: serverPort,
    url: serverUrl,
    readyUrl: `${serverUrl}/readyz`,
    args: ['server/dist/main.js'],
    env: {
      ...services.server.environment,
      HOST: '127.0.0.1',
      PORT: String(serverPort),
      HTTP_PROXY: proxy.url,
      REDIS_URL: '',
      METRICS_PORT: '',
    },
  };
  try {
    await startProgram(emulator, { onSpawn });
    await startProgram(server, { onSpawn });
    const signIn = await request.post(`${emulatorUrl}/idp/token`, { data: { user: 'juniper' } });
    const { access_token: token } = (await signIn.json()) as { access_token: string };
    const answer = await request.post(`${serverUrl}/portal-session`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const session = (await answer.json()) as { access_url: string };
    expect(answer.status(), JSON.stringify(session)).toBe(200);
    expect(session.access_url).toMatch(/^http:\/\/localhost:4010\//);
  } finally {
    await Promise.all(stops.map((stop) => stop()));
    proxy.server.close();
  }
});
