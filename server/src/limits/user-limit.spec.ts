import type { RedisConnection } from './redis-connection.js';
import { UserRequests } from './user-limit.js';

describe('the limit of one user', () => {
  let isUnavailable: boolean;
  let users: UserRequests;
  const take = () => users.take('juniper');

  beforeEach(() => {
    isUnavailable = false;
    users = new UserRequests({
      requestsPerMinute: 2,
      instances: 1,
      windowMs: 60_000,
      prefix: 'site',
      connection: {
        run: () => (isUnavailable ? Promise.reject(new Error('unavailable')) : Promise.resolve(0)),
      } as unknown as RedisConnection,
    });
    // As while this process is suspended between its requests.
    spyOn(performance, 'now').and.returnValue(1000);
  });

  it('is decided by Redis, for a process whose clock stands still while it is suspended', async () => {
    for (let count = 0; count < 5; count += 1) await expectAsync(take()).toBeResolved();
  });

  it('is applied by this process when Redis is unavailable, and includes the requests that Redis has granted', async () => {
    await take();
    isUnavailable = true;
    await take();
    await expectAsync(take()).toBeRejected();
  });
});
