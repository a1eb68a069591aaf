import { QuotaSimulation, type SimulationOptions } from './quota-simulation.js';
import { describeIfRedis } from './redis.js';

const SECONDS = Number(process.env.QUOTA_TEST_SECONDS ?? 12);
const SEED = Number(process.env.QUOTA_TEST_SEED ?? Math.floor(Math.random() * 1_000_000));

/** The timeout of each step, since even starting takes long on a busy machine. */
const TIMEOUT_MS = 120_000;

/**
 * Tests that no window has more calls than the share, with a real Redis, real instances and random faults. Each kind of
 * instances has its own file, so that the files can run in parallel. To run one for longer than 12 seconds, or to repeat a run:
 *
 *     QUOTA_TEST_SECONDS=3600 QUOTA_TEST_SEED=7 npm run test:random-faults -w server
 */
export function describeRandomFaults(name: string, options: SimulationOptions): void {
  describeIfRedis(`the quota under random faults, with ${name} (seed ${SEED})`, () => {
    let simulation: QuotaSimulation;

    beforeEach(async () => {
      simulation = await QuotaSimulation.start(SEED, options);
    }, TIMEOUT_MS);

    afterEach(() => simulation.stop(), TIMEOUT_MS);

    it(
      'is not exceeded in any window, and calls are made again after all faults have ended',
      async () => {
        await simulation.run(SECONDS * 1000);
        await simulation.recover();
        expect(simulation.mostInAnyWindow)
          .withContext(simulation.history())
          .toBeLessThanOrEqual(simulation.share);
      },
      SECONDS * 1000 + TIMEOUT_MS,
    );
  });
}
