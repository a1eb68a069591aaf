import { CREATE, LOGOUT, PAYMENT_SOURCES, Portal, VIEWER } from './support/portal.js';

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

  it('is none where the claim is missing or is no id', async () => {
    for (const claim of [
      undefined,
      null,
      '',
      7,
      true,
      { id: 'acme' },
      [],
      [1, null, ''],
      'x'.repeat(51),
    ]) {
      expect(await customersOf(claim))
        .withContext(JSON.stringify(claim))
        .toEqual([]);
    }
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

  it('is chosen by a caller with several, who must say which', async () => {
    const token = await portal.idp.token({ chargebee_customer_id: ['acme', 'globex'] });
    const unsaid = await portal.graphql(CREATE, {}, { token });
    expect(unsaid.errors?.[0]?.extensions).toEqual(
      jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'input.customerId' }),
    );
    expect(portal.chargebee.calls).toEqual([]);
    const { data } = await portal.graphql(CREATE, { input: { customerId: 'globex' } }, { token });
    expect(data?.createPortalSession?.customerId).toBe('globex');
  });

  it('may be named by a caller with one', async () => {
    const { data } = await portal.graphql(CREATE, { input: { customerId: 'acme' } });
    expect(data?.createPortalSession?.customerId).toBe('acme');
  });

  it('is never a stranger, whichever way one is asked for, and nobody is asked upstream', async () => {
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

  it('that Chargebee does not know is CUSTOMER_NOT_FOUND', async () => {
    const token = await portal.idp.token({ chargebee_customer_id: 'deleted' });
    const { errors } = await portal.graphql(CREATE, {}, { token });
    expect(errors?.[0]?.extensions.code).toBe('CUSTOMER_NOT_FOUND');
    expect(JSON.stringify(errors)).not.toContain('could not find');
  });
});

describe('where the customer stands in the token', () => {
  const startWith = (env: Record<string, string>) => Portal.start(env);

  it('may be the subject', async () => {
    const portal = await startWith({ CUSTOMER_LOOKUP: 'subject' });
    const token = await portal.idp.token({ sub: 'globex', chargebee_customer_id: 'acme' });
    const { data } = await portal.graphql(CREATE, {}, { token });
    expect(data?.createPortalSession?.customerId).toBe('globex');
    await portal.stop();
  });

  it('may be a claim of another name, which is never an inherited property', async () => {
    const portal = await startWith({ CUSTOMER_ID_CLAIM: 'https://acme.example.com/customer' });
    const token = await portal.idp.token({ 'https://acme.example.com/customer': 'globex' });
    const { data } = await portal.graphql(VIEWER, {}, { token });
    expect(data?.viewer?.customerIds).toEqual(['globex']);
    await portal.stop();

    const odd = await startWith({ CUSTOMER_ID_CLAIM: 'constructor' });
    const { data: none } = await odd.graphql(VIEWER);
    expect(none?.viewer?.customerIds).toEqual([]);
    await odd.stop();
  });
});

describe('the session of another', () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await Portal.start();
  });

  afterEach(() => portal.stop());

  it('cannot be ended, and looks as if there were none', async () => {
    const stranger = await portal.idp.token({ sub: 'user-2', chargebee_customer_id: 'globex' });
    const { data } = await portal.graphql(CREATE, {}, { token: stranger });
    const id = data?.createPortalSession?.id;
    const [theirs, none] = await Promise.all([
      portal.graphql(LOGOUT, { id }),
      portal.graphql(LOGOUT, { id: 'portal_none' }),
    ]);
    const told = ({ errors }: typeof theirs) =>
      errors?.map(({ message, extensions: { code } }) => ({ message, code }));
    expect(told(theirs)).toEqual([jasmine.objectContaining({ code: 'SESSION_NOT_FOUND' })]);
    expect(told(theirs)).toEqual(told(none));
    expect(portal.chargebee.sessions.get(String(id))?.status).toBe('created');
    expect(portal.chargebee.calls.some(({ path }) => path.endsWith('/logout'))).toBeFalse();
  });

  it('is not even looked for on behalf of a caller without a customer', async () => {
    const token = await portal.idp.token({ chargebee_customer_id: undefined });
    const { errors } = await portal.graphql(LOGOUT, { id: 'portal_1' }, { token });
    expect(errors?.[0]?.extensions.code).toBe('SESSION_NOT_FOUND');
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('cannot be reached by an id that is a path', async () => {
    for (const id of ['../customers/acme', 'a/logout', '', 'a?b', 'a%2Fb', '.', 'a b']) {
      const { errors } = await portal.graphql(LOGOUT, { id });
      expect(errors?.[0]?.extensions).toEqual(
        jasmine.objectContaining({ code: 'BAD_USER_INPUT', argument: 'id' }),
      );
    }
    expect(portal.chargebee.calls).toEqual([]);
  });

  it('is not given to another user by the same idempotency key', async () => {
    const input = { idempotencyKey: 'gesture-1' };
    const other = await portal.idp.token({ sub: 'user-2', chargebee_customer_id: 'acme' });
    const [mine, theirs] = [
      await portal.graphql(CREATE, { input }),
      await portal.graphql(CREATE, { input }, { token: other }),
    ];
    expect(mine.data?.createPortalSession?.id).not.toBe(theirs.data?.createPortalSession?.id);
  });

  it('once ended, is answered as it is', async () => {
    const { data } = await portal.graphql(CREATE);
    const id = data?.createPortalSession?.id;
    await portal.graphql(LOGOUT, { id });
    const again = await portal.graphql(LOGOUT, { id });
    expect(again.data?.logoutPortalSession?.status).toBe('LOGGED_OUT');
    expect(portal.chargebee.calls.filter(({ path }) => path.endsWith('/logout')).length).toBe(1);
  });
});

describe('a caller who replays, guesses or loops', () => {
  it('is limited, whatever comes of the requests', async () => {
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
