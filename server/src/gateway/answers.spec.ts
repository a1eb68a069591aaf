import { createAnswerReader } from './answers.js';

describe('an answer of Chargebee’s', () => {
  const reader = createAnswerReader({ secure: true });
  const LAST = 253_402_300_799;
  const sessionWith = (times: object) => ({
    portal_session: {
      id: 'portal_1',
      token: 'a-token',
      access_url: 'https://acme-test.chargebeeportal.com/portal/access/a-token',
      status: 'created',
      created_at: 1_800_000_000,
      customer_id: 'acme',
      ...times,
    },
  });
  const pageWith = (times: object) => ({
    hosted_page: {
      id: 'page_1',
      type: 'manage_payment_sources',
      url: 'https://acme-test.chargebee.com/pages/v3/page_1/',
      state: 'created',
      created_at: 1_800_000_000,
      ...times,
    },
  });

  it('is refused when a time cannot be written as a date with a year of four digits', () => {
    const own = { customerId: 'acme' };
    for (const field of ['created_at', 'expires_at']) {
      expect(reader.session(sessionWith({ [field]: LAST }), own).id).toBe('portal_1');
      expect(reader.page(pageWith({ [field]: LAST }), own).id).toBe('page_1');
      for (const time of [LAST + 1, 9e14, -1, 1.5, '1800000000']) {
        const times = { [field]: time };
        expect(() => reader.session(sessionWith(times), own))
          .withContext(`${field} ${time}`)
          .toThrowError(/nonsense/);
        expect(() => reader.page(pageWith(times), own)).toThrowError(/nonsense/);
      }
    }
  });
});
