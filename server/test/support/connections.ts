import { Agent, setGlobalDispatcher } from 'undici';

// Disables keep-alive of the tests' fetch: otherwise each server that stops waits half a second for its idle connections.
setGlobalDispatcher(new Agent({ pipelining: 0 }));
