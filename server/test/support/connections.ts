import { Agent, setGlobalDispatcher, type Dispatcher } from 'undici';

/**
 * Passes responses on without backpressure. A body that nobody reads pauses undici's parser, and undici 7 throws an error that
 * nobody can catch when the server closes the connection meanwhile (https://github.com/nodejs/undici/issues/5360).
 */
const withoutBackpressure: Dispatcher.DispatcherComposeInterceptor =
  (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (controller, context) =>
        handler.onRequestStart?.(withoutPause(controller), context),
      onResponseStart: (controller, ...response) =>
        handler.onResponseStart?.(withoutPause(controller), ...response),
      onResponseData: (controller, chunk) =>
        handler.onResponseData?.(withoutPause(controller), chunk),
      onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
      onResponseError: (...failure) => handler.onResponseError?.(...failure),
    });

function withoutPause(controller: Dispatcher.DispatchController): Dispatcher.DispatchController {
  return new Proxy(controller, {
    get(target, name) {
      if (name === 'pause') return () => undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

// Disables keep-alive of the tests' fetch: otherwise each server that stops waits half a second for its idle connections.
setGlobalDispatcher(new Agent({ pipelining: 0 }).compose(withoutBackpressure));
