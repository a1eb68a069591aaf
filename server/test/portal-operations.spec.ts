import { CREATE, LOGOUT, PAYMENT_SOURCES, Portal, VIEWER } from './support/portal.js';

describe('the operations, over GraphQL', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start();
  });

  afterEach(() => portal.stop());

  it('tells who the caller is, and asks nobody upstream', async () => {
    const { data } = await portal.graphql(VIEWER);
    expect(data).toEqual({ viewer: { id: 'user-1', customerIds: ['acme'] } });
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('makes a portal session for the customer of the verified token', async () => {
    const { status, data } = await portal.graphql(CREATE);
    expect(status).toBe(200);
    const session = [...portal.chargebee.sessions.values()][0];
    expect(data?.createPortalSession).toEqual({
      id: session?.id,
      token: session?.token,
      accessUrl: session?.access_url,
      redirectUrl: null,
      status: 'CREATED',
      createdAt: new Date((session?.created_at ?? 0) * 1000).toISOString(),
      expiresAt: new Date((session?.expires_at ?? 0) * 1000).toISOString(),
      customerId: 'acme',
    });
  });

  it('ends a session of the caller', async () => {
    const { data: made } = await portal.graphql(CREATE);
    const id = made?.createPortalSession?.id;
    const { data } = await portal.graphql(LOGOUT, { id });
    expect(data?.logoutPortalSession).toEqual({ id, status: 'LOGGED_OUT', customerId: 'acme' });
  });

  it('makes a page for managing payment methods', async () => {
    const { data } = await portal.graphql(PAYMENT_SOURCES);
    expect(data?.createManagePaymentSourcesPage).toEqual(
      jasmine.objectContaining({ type: 'manage_payment_sources', state: 'created', embed: true }),
    );
  });
});
