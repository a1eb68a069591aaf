export { createKeyScope, type IdempotencyScope } from './scoped-key.js';
export { stillUnopened, stillUnused } from './replay.js';
