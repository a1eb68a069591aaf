import { chargebeeError } from './support/upstream.js';
import { CREATE, LOGOUT, PAYMENT_SOURCES, Portal, VIEWER } from './support/portal.js';

describe('the operations, over GraphQL', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start();
  });

  afterEach(() => portal.stop());

  it('return the viewer without an upstream call', async () => {
    const { data } = await portal.graphql(VIEWER);
    expect(data).toEqual({ viewer: { id: 'user-1', customerIds: ['acme'] } });
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('create a portal session for the customer of the verified token', async () => {
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

  it('log out a session of the caller', async () => {
    const { data: made } = await portal.graphql(CREATE);
    const id = made?.createPortalSession?.id;
    const { data } = await portal.graphql(LOGOUT, { id });
    expect(data?.logoutPortalSession).toEqual({ id, status: 'LOGGED_OUT', customerId: 'acme' });
  });

  it('create a page for managing payment methods', async () => {
    const { data } = await portal.graphql(PAYMENT_SOURCES);
    expect(data?.createManagePaymentSourcesPage).toEqual(
      jasmine.objectContaining({ type: 'manage_payment_sources', state: 'created', embed: true }),
    );
  });

  it('refuse an id that no session can have, without an upstream call', async () => {
    for (const id of ['x'.repeat(71), '../customers/acme', '']) {
      const { errors } = await portal.graphql(LOGOUT, { id });
      expect(errors?.[0]?.extensions).toEqual(
        jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'id' }),
      );
    }
    expect(portal.chargebee.calls).toEqual([]);
    const { errors } = await portal.graphql(LOGOUT, { id: 'x'.repeat(70) });
    expect(errors?.[0]?.extensions.code).toBe('SESSION_NOT_FOUND');
  });

  it("refuse a response with another customer's session", async () => {
    const { data } = await portal.graphql(CREATE);
    const [session] = portal.chargebee.sessions.values();
    portal.chargebee.intercept = ({ path }, response) => {
      if (!path.endsWith('/logout')) return false;
      const ended = { ...session, status: 'logged_out', customer_id: 'globex' };
      response.end(JSON.stringify({ portal_session: ended }));
      return true;
    };
    const { errors } = await portal.graphql(LOGOUT, { id: data?.createPortalSession?.id });
    expect(errors?.[0]?.extensions.code).toBe('BILLING_UNAVAILABLE');
    expect(JSON.stringify(errors)).not.toContain('globex');
  });
});

describe('an idempotency key that is used again', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start();
  });

  afterEach(() => portal.stop());

  /** Returns the caller's session or page, or the error. */
  interface Outcome {
    given?: unknown;
    refusal?: object | undefined;
  }

  const byGraphql = async (query: string): Promise<Outcome> => {
    const { data, errors } = await portal.graphql(query, { input: { idempotencyKey: 'click-1' } });
    return errors ? { refusal: errors[0]?.extensions } : { given: data };
  };
  const byJson = async (path: string): Promise<Outcome> => {
    const response = await portal.post(path, { idempotency_key: 'click-1' });
    const body = (await response.json()) as object;
    return response.ok ? { given: body } : { refusal: body };
  };

  for (const [what, argument, make] of [
    ['a session by GraphQL', 'input.idempotencyKey', () => byGraphql(CREATE)],
    ['a page by GraphQL', 'input.idempotencyKey', () => byGraphql(PAYMENT_SOURCES)],
    ['a session by JSON', 'idempotency_key', () => byJson('/portal-session')],
    ['a page by JSON', 'idempotency_key', () => byJson('/manage-payment-sources')],
  ] as const) {
    it(`gets the same answer until it was used: ${what}`, async () => {
      const { given } = await make();
      expect(given).toBeTruthy();
      expect(await make()).toEqual({ given });
    });

    it(`is refused once the answer was used: ${what}`, async () => {
      await make();
      const { sessions, pages } = portal.chargebee;
      for (const session of sessions.values()) session.status = 'logged_in';
      for (const page of pages.values()) page.state = 'succeeded';
      const { refusal } = await make();
      expect(refusal).toEqual(jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument }));
      expect(JSON.stringify(refusal)).not.toMatch(/tok|https:|acme/);
      expect(portal.audit.at(-1)).toEqual(
        jasmine.objectContaining({ outcome: 'BAD_USER_INPUT', level: 'info', replayed: true }),
      );
    });
  }

  it('gets a page that was opened but not completed', async () => {
    await byJson('/manage-payment-sources');
    for (const page of portal.chargebee.pages.values()) page.state = 'requested';
    expect((await byJson('/manage-payment-sources')).given).toEqual(
      jasmine.objectContaining({ state: 'requested' }),
    );
  });

  it("is logged as a warning when the cause may be the site's configuration", async () => {
    let answer: ReturnType<typeof chargebeeError>;
    portal.chargebee.intercept = (_call, response) => {
      answer(response);
      return true;
    };
    for (const [refusal, level] of [
      [chargebeeError(400, 'invalid_request'), 'warn'],
      [chargebeeError(400, 'invalid_request', { param: 'idempotency_key' }), 'info'],
      [chargebeeError(400, 'duplicate_entry'), 'info'],
    ] as const) {
      answer = refusal;
      expect((await byJson('/portal-session')).refusal).toEqual(
        jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'idempotency_key' }),
      );
      expect(portal.audit.at(-1)).toEqual(
        jasmine.objectContaining({ outcome: 'BAD_USER_INPUT', level }),
      );
    }
    expect(portal.logText()).not.toContain('Secret text');
  });
});
