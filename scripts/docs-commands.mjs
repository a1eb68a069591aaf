// What the docs show, and the tests that run it.

/** Documents whose every snippet and command is run by a test of their own room. */
export const ownTests = {
  'docs/embedding.md': 'server/test/embedding.spec.ts',
  'docs/operations.md': 'server/test/documentation.spec.ts',
  'server/README.md': 'server/test/documentation.spec.ts',
  'emulator/README.md': 'emulator/test/readme.spec.ts',
};

/** The commands that all other documents may show, each with the test that runs it. */
export const commands = [
  { pattern: /^npm ci$/, test: '.ci/run' },
  { pattern: /^npm test( \w+)?$/, test: '.ci/run' },
  { pattern: /^npm start$/, test: 'e2e/start.spec.ts' },
  { pattern: /^npm run (server|emulator|bench)$/, test: 'e2e/commands.spec.ts' },
  { pattern: /^npm run e2e$/, test: 'scripts/test.mjs' },
  { pattern: /^npm run build( [\w-]+)?$/, test: 'scripts/test.mjs' },
  {
    pattern: /^node examples\/(access-url|script-tag)\/server\.mjs$/,
    test: 'e2e/examples.spec.ts',
  },
  { pattern: /^ng add ngx-chargebee-portal$/, test: 'e2e/consumers/index.mjs' },
];
