import { Agent, setGlobalDispatcher } from 'undici';

// Without keep-alive: a server that is stopped leaves idle connections half a second for a request on its way.
setGlobalDispatcher(new Agent({ pipelining: 0 }));
