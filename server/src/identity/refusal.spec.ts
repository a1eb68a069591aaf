import { errors } from 'jose';
import { Refusal } from './refusal.js';

describe('a refusal by jose', () => {
  const expected = { iss: '"https://idp"', aud: '"web"' };
  const refusalOf = (claim: string, payload: object) =>
    Refusal.from(
      new errors.JWTClaimValidationFailed('wrong', { ...payload }, claim, 'check_failed'),
      expected,
    );

  it('says when a token becomes valid, so that clocks can be compared', () => {
    const { reason, facts } = refusalOf('nbf', { nbf: 1_800_000_000 });
    expect(reason).toBe('claim_nbf');
    expect(facts.got).toBe('2027-01-15T08:00:00.000Z');
  });

  it('describes an invalid time like the value of any other claim', () => {
    expect(refusalOf('nbf', { nbf: 'soon' }).facts.got).toBe('"soon"');
    expect(refusalOf('nbf', { nbf: 1e300 }).facts.got).toBe('a number');
    expect(refusalOf('exp', {}).facts.got).toBe('nothing');
    expect(refusalOf('iss', { iss: 5 }).facts.got).toBe('a number');
  });
});
