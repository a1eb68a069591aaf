import { QuotaWorld, type WorldOptions } from './quota-world.js';
import { describeIfRedis } from './redis.js';

const SECONDS = Number(process.env.QUOTA_TEST_SECONDS ?? 12);
const SEED = Number(process.env.QUOTA_TEST_SEED ?? Math.floor(Math.random() * 1_000_000));

/** On a busy machine even starting takes long. */
const PATIENCE_MS = 120_000;

/**
 * The rule: whatever happens, no window sees more calls than the share. Real Redis and real instances meet faults in a
 * random order. Each kind of world has a file, so that they can run side by side. For longer than the 12 seconds that
 * each takes, or to repeat a run:
 *
 *     QUOTA_TEST_SECONDS=3600 QUOTA_TEST_SEED=7 npm run test:quota -w server
 */
export function describeRandomFaults(name: string, options: WorldOptions): void {
  describeIfRedis(`the quota under random faults, with ${name} (seed ${SEED})`, () => {
    let world: QuotaWorld;

    beforeEach(async () => {
      world = await QuotaWorld.start(SEED, options);
    }, PATIENCE_MS);

    afterEach(() => world.stop(), PATIENCE_MS);

    it(
      'is kept to in every window, and there are calls again once all faults have ended',
      async () => {
        await world.run(SECONDS * 1000);
        await world.recover();
        expect(world.mostInAnyWindow).withContext(world.story()).toBeLessThanOrEqual(world.share);
      },
      SECONDS * 1000 + PATIENCE_MS,
    );
  });
}
