import { NEVER } from 'rxjs';
import { flushPromises } from '../../../test/setup';
import { PortalError } from '../portal/portal-error';
import { WindowSessions } from './window-sessions';

describe('WindowSessions', () => {
  beforeEach(() => {
    jasmine.clock().install();
  });

  afterEach(() => {
    jasmine.clock().uninstall();
  });

  it('waits five seconds for the backend to log a session out', async () => {
    const sessions = new WindowSessions(() => NEVER);
    sessions.add('user-1', 'portal_1');
    let failure: PortalError | undefined;
    const done = sessions.logout('user-1').catch((error: PortalError) => (failure = error));
    jasmine.clock().tick(4_999);
    await flushPromises();
    expect(failure).toBeUndefined();
    jasmine.clock().tick(1);
    await done;
    expect(failure?.code).toBe('NETWORK_ERROR');
  });

  it('keeps a session that could not be logged out, and tries again', async () => {
    const requested: string[] = [];
    let fails = true;
    const sessions = new WindowSessions((id) => {
      requested.push(id);
      return fails ? Promise.reject(new PortalError('BILLING_UNAVAILABLE')) : Promise.resolve();
    });
    sessions.add('user-1', 'portal_1');
    await expectAsync(sessions.logout('user-1')).toBeRejected();
    fails = false;
    await sessions.logout('user-1');
    await sessions.logout('user-1');
    expect(requested).toEqual(['portal_1', 'portal_1']);
  });

  it('logs out the latest twenty sessions', async () => {
    const ids = Array.from({ length: 21 }, (_, i) => `portal_${i}`);
    const requested: string[] = [];
    const sessions = new WindowSessions((id) => Promise.resolve(requested.push(id)));
    ids.forEach((id) => sessions.add('user-1', id));
    await sessions.logout('user-1');
    expect(requested).toEqual(ids.slice(1));
  });
});
