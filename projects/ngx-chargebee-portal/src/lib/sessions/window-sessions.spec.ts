import { NEVER } from 'rxjs';
import { PortalError } from '../portal/portal-error';
import { WindowSessions } from './window-sessions';

describe('WindowSessions', () => {
  beforeEach(() => {
    jasmine.clock().install();
  });

  afterEach(() => {
    jasmine.clock().uninstall();
  });

  it('waits at most five seconds for the backend to log a session out', async () => {
    const sessions = new WindowSessions(() => NEVER);
    sessions.add('user-1', 'portal_1');
    let failure: PortalError | undefined;
    const done = sessions.logout().catch((error: PortalError) => (failure = error));
    jasmine.clock().tick(4_999);
    await Promise.resolve();
    expect(failure).toBeUndefined();
    jasmine.clock().tick(1);
    await done;
    expect(failure?.code).toBe('NETWORK_ERROR');
  });

  it('keeps a session that could not be logged out, and tries again', async () => {
    const asked: string[] = [];
    let fails = true;
    const sessions = new WindowSessions((id) => {
      asked.push(id);
      return fails ? Promise.reject(new PortalError('BILLING_UNAVAILABLE')) : Promise.resolve();
    });
    sessions.add('user-1', 'portal_1');
    await expectAsync(sessions.logout()).toBeRejected();
    fails = false;
    await sessions.logout();
    await sessions.logout();
    expect(asked).toEqual(['portal_1', 'portal_1']);
  });
});
