import { CREATE, LOGOUT, PAYMENT_SOURCES, Portal, VIEWER } from './support/portal.js';

/** Expects the last audit line to contain these properties. */
function expectRefusal(portal: Portal, line: Record<string, unknown>): void {
  expect(portal.audit.at(-1)).toEqual(jasmine.objectContaining(line));
}

describe('the customer of a caller', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '1000' });
  });

  afterEach(() => portal.stop());

  const customersOf = async (claim: unknown): Promise<unknown> => {
    const token = await portal.idp.token({ chargebee_customer_id: claim });
    return (await portal.graphql(VIEWER, {}, { token })).data?.viewer?.customerIds;
  };

  it('comes from a claim that is a string, or an array of several', async () => {
    expect(await customersOf('acme')).toEqual(['acme']);
    expect(await customersOf(['acme', 'globex'])).toEqual(['acme', 'globex']);
    expect(await customersOf(['acme', 'acme'])).toEqual(['acme']);
  });

  it('is none when the claim is missing or empty', async () => {
    for (const claim of [undefined, null, '', [], [null, '']]) {
      expect(await customersOf(claim))
        .withContext(JSON.stringify(claim))
        .toEqual([]);
    }
  });

  it('is a configuration error when the claim is not an id, and the log contains the claim’s type', async () => {
    for (const [claim, got] of [
      [7, 'a number'],
      [true, 'a boolean'],
      [{ id: 'acme' }, 'an object'],
      [['acme', 1], 'a list of a string of 4 characters, a number'],
      ['x'.repeat(51), 'a string of 51 characters'],
    ] as const) {
      const token = await portal.idp.token({ chargebee_customer_id: claim });
      for (const operation of [VIEWER, CREATE]) {
        const { errors, headers } = await portal.graphql(operation, {}, { token });
        expect(errors?.[0]?.extensions.code).toBe('BILLING_MISCONFIGURED');
        const requestId = headers.get('x-request-id');
        expect(portal.log.find((line) => line.requestId === requestId && 'claim' in line))
          .withContext(got)
          .toEqual(
            jasmine.objectContaining({
              reason: 'customer_claim',
              claim: 'chargebee_customer_id',
              expected: 'a string of 1 to 50 characters, or a list of them',
              got,
              user: 'user-1',
              ip: '127.0.0.1',
            }),
          );
      }
    }
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('is a configuration error when the path of the claim leads through a text or a list', async () => {
    const nested = await Portal.start({ CUSTOMER_ID_CLAIM: 'app_metadata.customer' });
    for (const [metadata, got] of [
      ['{"customer":"acme"}', 'a string of 19 characters'],
      [[{ customer: 'acme' }], 'a list of an object'],
    ] as const) {
      const token = await nested.idp.token({ app_metadata: metadata });
      const { errors } = await nested.graphql(CREATE, {}, { token });
      expect(errors?.[0]?.extensions.code).toBe('BILLING_MISCONFIGURED');
      const facts = { claim: 'app_metadata', expected: 'an object', got };
      expectRefusal(nested, { reason: 'customer_claim', ...facts });
    }
    for (const metadata of [undefined, null, '', []]) {
      const token = await nested.idp.token({ app_metadata: metadata });
      const { errors } = await nested.graphql(CREATE, {}, { token });
      expect(errors?.[0]?.extensions.code).toBe('CUSTOMER_NOT_FOUND');
    }
    expect(nested.chargebee.calls).toEqual([]);
    await nested.stop();
  });

  it('is forbidden when the path of the required claim leads through a text, which the log names', async () => {
    const restricted = await Portal.start({ AUTH_REQUIRED_CLAIM: 'realm_access.roles=billing' });
    const token = await restricted.idp.token({ realm_access: 'billing' });
    const { errors } = await restricted.graphql(CREATE, {}, { token });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expectRefusal(restricted, {
      reason: 'required_claim',
      claim: 'realm_access',
      expected: 'an object',
      got: 'a string of 7 characters',
    });
    await restricted.stop();
  });

  it('is never looked up by e-mail, which customers can change', async () => {
    const token = await portal.idp.token({
      chargebee_customer_id: undefined,
      email: 'owner@acme.example.com',
    });
    const { errors } = await portal.graphql(CREATE, {}, { token });
    expect(errors?.[0]?.extensions.code).toBe('CUSTOMER_NOT_FOUND');
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('must be named by a caller with several', async () => {
    const token = await portal.idp.token({ chargebee_customer_id: ['acme', 'globex'] });
    const withoutCustomerId = await portal.graphql(CREATE, {}, { token });
    expect(withoutCustomerId.errors?.[0]?.extensions).toEqual(
      jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'input.customerId' }),
    );
    expect(portal.chargebee.calls).toEqual([]);
    const { data } = await portal.graphql(CREATE, { input: { customerId: 'globex' } }, { token });
    expect(data?.createPortalSession?.customerId).toBe('globex');
  });

  it('may be named by a caller with only one', async () => {
    const { data } = await portal.graphql(CREATE, { input: { customerId: 'acme' } });
    expect(data?.createPortalSession?.customerId).toBe('acme');
  });

  it('is only one that the caller may act for, and Chargebee is not called for another', async () => {
    const { idp } = portal;
    const none = await idp.token({ chargebee_customer_id: undefined });
    const several = await idp.token({ chargebee_customer_id: ['acme', 'initech'] });
    for (const token of [await idp.token(), none, several]) {
      for (const operation of [CREATE, PAYMENT_SOURCES]) {
        for (const customerId of ['globex', 'ACME', 'acme ', '', '*', 'acme,globex', '__proto__']) {
          const { errors } = await portal.graphql(operation, { input: { customerId } }, { token });
          expect(errors?.[0]?.extensions.code).withContext(customerId).toBe('FORBIDDEN');
          expect(JSON.stringify(errors)).not.toContain('globex');
        }
      }
    }
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('cannot be named by a header, a query string or an unknown field', async () => {
    const response = await portal.post(
      '/portal-session?customer_id=globex&customer%5Bid%5D=globex',
      {},
      { headers: { 'x-customer-id': 'globex', 'x-chargebee-customer-id': 'globex' } },
    );
    expect(await response.json()).toEqual(jasmine.objectContaining({ customer_id: 'acme' }));
    for (const body of [
      { customer: { id: 'globex' } },
      { customerId: 'globex' },
      { id: 'globex' },
    ]) {
      expect((await portal.post('/portal-session', body)).status).toBe(400);
    }
    expect(portal.chargebee.calls.map(({ form }) => form.get('customer[id]'))).toEqual(['acme']);
  });

  it('is answered with CUSTOMER_NOT_FOUND when Chargebee does not know it', async () => {
    const token = await portal.idp.token({ chargebee_customer_id: 'deleted' });
    const { errors } = await portal.graphql(CREATE, {}, { token });
    expect(errors?.[0]?.extensions.code).toBe('CUSTOMER_NOT_FOUND');
    expect(JSON.stringify(errors)).not.toContain('could not find');
  });
});

describe('the claim of the customer', () => {
  const startWith = (env: Record<string, string>) => Portal.start(env);

  it('may be the subject', async () => {
    const portal = await startWith({ CUSTOMER_LOOKUP: 'subject' });
    const token = await portal.idp.token({ sub: 'globex', chargebee_customer_id: 'acme' });
    const { data } = await portal.graphql(CREATE, {}, { token });
    expect(data?.createPortalSession?.customerId).toBe('globex');
    await portal.stop();
  });

  it('may have another name, which never reads an inherited property', async () => {
    const portal = await startWith({ CUSTOMER_ID_CLAIM: 'https://acme.example.com/customer' });
    const token = await portal.idp.token({ 'https://acme.example.com/customer': 'globex' });
    const { data } = await portal.graphql(VIEWER, {}, { token });
    expect(data?.viewer?.customerIds).toEqual(['globex']);
    await portal.stop();

    const inherited = await startWith({ CUSTOMER_ID_CLAIM: 'constructor' });
    const { data: none } = await inherited.graphql(VIEWER);
    expect(none?.viewer?.customerIds).toEqual([]);
    await inherited.stop();
  });
});

describe('a claim that is required', () => {
  const codeFor = async (portal: Portal, operation: string, claims: object) => {
    const token = await portal.idp.token({ ...claims });
    const { status, data, errors } = await portal.graphql(operation, {}, { token });
    expect(status).toBe(200);
    return errors ? errors[0]?.extensions.code : Object.keys(data ?? {}).join();
  };

  for (const [required, allowed, refused] of [
    [
      'scope=billing:manage',
      [{ scope: 'openid billing:manage' }, { scope: ['billing:manage'] }],
      [
        {},
        { scope: 'openid billing:manager' },
        { scope: { 'billing:manage': true } },
        { scope: [['billing:manage']] },
        { scope: 7 },
      ],
    ],
    [
      'realm_access.roles=billing|owner',
      [{ realm_access: { roles: ['user', 'owner'] } }, { 'realm_access.roles': 'billing' }],
      [{ realm_access: { roles: ['user'] } }, { roles: ['owner'] }, { realm_access: ['owner'] }],
    ],
    [
      'org_role=Billing Admin',
      [{ org_role: 'Billing Admin' }],
      [{ org_role: 'Billing' }, { org_role: 'Admin' }],
    ],
    ['billing_admin=true', [{ billing_admin: true }], [{ billing_admin: false }, {}]],
  ] as const) {
    it(`(${required}) admits only users who have it`, async () => {
      const portal = await Portal.start({ AUTH_REQUIRED_CLAIM: required });
      for (const claims of allowed) {
        expect(await codeFor(portal, CREATE, claims))
          .withContext(JSON.stringify(claims))
          .toBe('createPortalSession');
      }
      portal.chargebee.calls.length = 0;
      for (const claims of refused) {
        for (const operation of [VIEWER, CREATE, PAYMENT_SOURCES]) {
          expect(await codeFor(portal, operation, claims))
            .withContext(JSON.stringify(claims))
            .toBe('FORBIDDEN');
        }
      }
      expect(portal.chargebee.calls).toEqual([]);
      expectRefusal(portal, { outcome: 'FORBIDDEN', reason: 'required_claim' });
      await portal.stop();
    });
  }

  it('is also checked when the host app finds the customers', async () => {
    const portal = await Portal.start(
      { AUTH_REQUIRED_CLAIM: 'role=owner' },
      { resolveCustomerIds: () => ['globex'] },
    );
    expect(await codeFor(portal, CREATE, {})).toBe('FORBIDDEN');
    expect(await codeFor(portal, CREATE, { role: 'owner' })).toBe('createPortalSession');
    await portal.stop();
  });
});

describe('the session of another user', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start();
  });

  afterEach(() => portal.stop());

  it('cannot be ended, and the error is that of an unknown session', async () => {
    const stranger = await portal.idp.token({ sub: 'user-2', chargebee_customer_id: 'globex' });
    const { data } = await portal.graphql(CREATE, {}, { token: stranger });
    const id = data?.createPortalSession?.id;
    const [theirs, none] = await Promise.all([
      portal.graphql(LOGOUT, { id }),
      portal.graphql(LOGOUT, { id: 'portal_none' }),
    ]);
    const shown = ({ errors }: typeof theirs) =>
      errors?.map(({ message, extensions: { code } }) => ({ message, code }));
    expect(shown(theirs)).toEqual([jasmine.objectContaining({ code: 'SESSION_NOT_FOUND' })]);
    expect(shown(theirs)).toEqual(shown(none));
    expect(portal.chargebee.sessions.get(String(id))?.status).toBe('created');
    expect(portal.chargebee.calls.some(({ path }) => path.endsWith('/logout'))).toBeFalse();
  });

  it('is not retrieved for a caller without a customer', async () => {
    const token = await portal.idp.token({ chargebee_customer_id: undefined });
    const { errors } = await portal.graphql(LOGOUT, { id: 'portal_1' }, { token });
    expect(errors?.[0]?.extensions.code).toBe('SESSION_NOT_FOUND');
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('cannot be accessed by an id that is a path', async () => {
    for (const id of ['../customers/acme', 'a/logout', '', 'a?b', 'a%2Fb', '.', 'a b']) {
      const { errors } = await portal.graphql(LOGOUT, { id });
      expect(errors?.[0]?.extensions).toEqual(
        jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'id' }),
      );
    }
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('is not given to another user by the same idempotency key', async () => {
    const input = { idempotencyKey: 'click-1' };
    const other = await portal.idp.token({ sub: 'user-2', chargebee_customer_id: 'acme' });
    const [mine, theirs] = [
      await portal.graphql(CREATE, { input }),
      await portal.graphql(CREATE, { input }, { token: other }),
    ];
    expect(mine.data?.createPortalSession?.id).not.toBe(theirs.data?.createPortalSession?.id);
  });

  it('is returned unchanged when it is already logged out', async () => {
    const { data } = await portal.graphql(CREATE);
    const id = data?.createPortalSession?.id;
    await portal.graphql(LOGOUT, { id });
    const again = await portal.graphql(LOGOUT, { id });
    expect(again.data?.logoutPortalSession?.status).toBe('LOGGED_OUT');
    expect(portal.chargebee.calls.filter(({ path }) => path.endsWith('/logout')).length).toBe(1);
  });
});

describe('a caller who sends too many requests', () => {
  it('is limited, even if the requests fail', async () => {
    const portal = await Portal.start({ USER_REQUESTS_PER_MINUTE: '5' });
    const codes: unknown[] = [];
    const guesses = [{ customerId: 'globex' }, { redirectUrl: 'https://evil.example.com/' }, {}];
    for (const input of [...guesses, ...guesses]) {
      const { data, errors } = await portal.graphql(CREATE, { input });
      codes.push(errors?.[0]?.extensions.code ?? data?.createPortalSession?.status);
    }
    expect(codes).toEqual([
      'FORBIDDEN',
      'BAD_USER_INPUT',
      'CREATED',
      'FORBIDDEN',
      'BAD_USER_INPUT',
      'RATE_LIMITED',
    ]);
    const limited = await portal.graphql(LOGOUT, { id: 'portal_1' });
    const seconds = limited.errors?.[0]?.extensions.retryAfter;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(limited.headers.get('retry-after')).toBe(String(seconds));
    const other = await portal.idp.token({ sub: 'user-2' });
    expect((await portal.graphql(CREATE, {}, { token: other })).data).toBeTruthy();
    await portal.stop();
  });
});
