import { asUpstreamError } from './rejection.js';
import { UpstreamError } from './upstream-error.js';

describe('asUpstreamError', () => {
  it('converts the plain object that the SDK rejects with', () => {
    const error = asUpstreamError({
      message: 'Secret text of Chargebee',
      api_error_code: 'resource_not_found',
      param: 'customer[id]',
      http_status_code: 404,
      headers: {},
    });
    expect(error).toEqual(jasmine.any(UpstreamError));
    expect(error.message).toBe(
      'Chargebee call failed: rejected 404 resource_not_found customer[id]',
    );
  });

  it('returns instances of Error unchanged, such as bugs', () => {
    const mistake = new TypeError('undefined is not a function');
    expect(asUpstreamError(mistake)).toBe(mistake);
  });

  it('converts anything else to nonsense', () => {
    for (const thrown of ['text', null, { http_status_code: 'four hundred' }]) {
      expect(asUpstreamError(thrown).message).toContain('nonsense');
    }
  });

  it('ignores a code or parameter that is not a string', () => {
    const error = asUpstreamError({ http_status_code: 500, api_error_code: 7, param: ['x'] });
    expect(error.message).toBe('Chargebee call failed: server_error 500');
  });
});
