export { createKeyScope, type IdempotencyScope } from './scoped-key.js';
export { stillUnopened } from './replay.js';
