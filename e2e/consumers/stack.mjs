// Starts the emulator and the server for the fresh apps.
import { demoPrograms, freeDemoPorts } from '../../scripts/lib/demo-programs.mjs';
import { startProgram } from '../../scripts/lib/programs.mjs';

/** @param {string[]} origins the origins of the apps that may open the portal */
export async function startStack(origins) {
  const { emulator, server } = demoPrograms(await freeDemoPorts());
  emulator.env.EMULATOR_ALLOWED_ORIGINS = origins.join(',');
  emulator.env.EMULATOR_DEMO_ORIGINS = origins.join(',');
  server.env.CORS_ORIGINS = origins.join(',');
  const running = [];
  const stop = async () => {
    await Promise.all(running.map((program) => program.stop()));
  };
  const onSpawn = (program) => running.push(program);
  try {
    await startProgram(emulator, { onSpawn });
    await startProgram(server, { onSpawn });
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls: { emulator: emulator.url, server: server.url }, stop };
}
