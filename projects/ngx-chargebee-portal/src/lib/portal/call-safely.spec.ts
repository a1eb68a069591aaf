import { callSafely } from './call-safely';

describe('callSafely', () => {
  it('writes the error to the console where there is no reportError, as in jsdom', () => {
    const written = spyOn(console, 'error');
    const property = Object.getOwnPropertyDescriptor(window, 'reportError')!;
    Reflect.deleteProperty(window, 'reportError');
    const error = new Error('of the application');
    try {
      const throwing = (): never => {
        throw error;
      };
      expect(callSafely(throwing)).toBeUndefined();
    } finally {
      Object.defineProperty(window, 'reportError', property);
    }
    expect(written).toHaveBeenCalledOnceWith(error);
  });
});
