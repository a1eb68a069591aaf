import { asUpstreamError } from './rejection.js';
import { UpstreamError } from './upstream-error.js';

describe('asUpstreamError', () => {
  it("reads the plain object of Chargebee's that the SDK rejects with", () => {
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

  it('keeps an error that is one, such as a mistake in the program', () => {
    const mistake = new TypeError('undefined is not a function');
    expect(asUpstreamError(mistake)).toBe(mistake);
  });

  it('takes anything else for nonsense', () => {
    for (const thrown of ['text', null, { http_status_code: 'four hundred' }]) {
      expect(asUpstreamError(thrown).message).toContain('nonsense');
    }
  });

  it('goes without a code or a parameter that is not text', () => {
    const error = asUpstreamError({ http_status_code: 500, api_error_code: 7, param: ['x'] });
    expect(error.message).toBe('Chargebee call failed: server_error 500');
  });
});
