import { demoPrograms, freeDemoPorts } from '../../scripts/lib/demo-programs.mjs';
import { startProgram } from '../../scripts/lib/programs.mjs';
import type { RunningProgram } from '../../scripts/lib/programs.mjs';

/** The emulator and the server that the examples use. */
export interface Stack {
  emulatorUrl: string;
  /** The server's origin. */
  serverUrl: string;
  /** Returns a bearer token of one of the emulator's users. */
  token: (user: string) => Promise<string>;
  stop: () => Promise<void>;
}

/** The server's limit of requests per user and minute. */
export const USER_LIMIT = 100;

/** Starts the emulator and the server on free ports. */
export async function startStack(): Promise<Stack> {
  const { emulator, server } = demoPrograms(await freeDemoPorts());
  server.env.USER_REQUESTS_PER_MINUTE = String(USER_LIMIT);
  server.env.CHARGEBEE_REQUESTS_PER_MINUTE = '10000';
  emulator.env.EMULATOR_WEBHOOK_URLS = '';
  const running: RunningProgram[] = [];
  const stop = async () => {
    await Promise.all(running.map((program) => program.stop()));
  };
  try {
    for (const program of [emulator, server]) {
      await startProgram(program, { onSpawn: (started) => running.push(started) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    emulatorUrl: emulator.url,
    serverUrl: new URL(server.url).origin,
    token: async (user) => {
      const response = await fetch(`${emulator.url}/idp/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user }),
      });
      return ((await response.json()) as { access_token: string }).access_token;
    },
    stop,
  };
}
