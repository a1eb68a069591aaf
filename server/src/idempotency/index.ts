export { createKeyScoper, type IdempotencyScope } from './scoped-key.js';
export { refreshReplayedSession, refreshReplayedPage } from './replay.js';
