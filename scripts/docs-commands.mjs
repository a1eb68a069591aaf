// The commands that the docs may show, each with the test that runs it.
export const commands = [
  { pattern: /^npm ci$/, test: '.ci/run' },
  { pattern: /^npm test( \w+)?$/, test: '.ci/run' },
  { pattern: /^npm start$/, test: 'e2e/start.spec.ts' },
  { pattern: /^npm run (server|emulator)$/, test: 'e2e/commands.spec.ts' },
  { pattern: /^npm run build( [\w-]+)?$/, test: 'scripts/test.mjs' },
];
