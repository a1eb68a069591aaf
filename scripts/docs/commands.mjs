// The commands that the docs may show, and the tests that run them.

/** Documents of which every snippet and command is run by one test, with the path of that test. */
export const documentTests = {
  'docs/identity-providers.md': 'server/test/identity-providers.spec.ts',
  'docs/server/embedding.md': 'server/test/package/embedding-guide.spec.ts',
  'docs/server/index.md': 'server/test/documentation.spec.ts',
  'docs/emulator/index.md': 'emulator/test/readme.spec.ts',
  'server/README.md': 'server/test/documentation.spec.ts',
  'emulator/README.md': 'emulator/test/readme.spec.ts',
};

/** The commands that all other documents may show, each with the test that runs it. */
export const commands = [
  { pattern: /^npm ci$/, test: '.ci/run' },
  { pattern: /^npm test( [\w/-]+)*( -- --(watch|list))?$/, test: 'e2e/test-command.spec.ts' },
  { pattern: /^npm start( -- --embedded)?$/, test: 'e2e/start.spec.ts' },
  { pattern: /^npm run (server|emulator|bench)$/, test: 'e2e/commands.spec.ts' },
  { pattern: /^npm run docs$/, test: 'scripts/docs/site.test.mjs' },
  { pattern: /^npm run e2e$/, test: 'scripts/test/index.mjs' },
  { pattern: /^npm run build( [\w-]+)*$/, test: 'scripts/test/index.mjs' },
  { pattern: /^node examples\/access-url\/server\.mjs$/, test: 'e2e/examples/access-url.spec.ts' },
  {
    pattern: /^npm start -w examples\/(es5|es6|jquery|react|vue)$/,
    test: 'e2e/examples/start.spec.ts',
  },
  {
    pattern: /^ng add ngx-chargebee-portal( --(site|backend|url) \S+)*$/,
    test: 'e2e/consumers/index.mjs',
  },
  ...[
    /^node examples\/node\/server\.mjs$/,
    /^python3 examples\/python\/portal_session\.py$/,
    /^puma --bind tcp:\/\/127\.0\.0\.1:4301 examples\/ruby\/config\.ru$/,
    /^java examples\/java\/PortalSession\.java$/,
    /^go run examples\/go\/main\.go$/,
    /^PHP_CLI_SERVER_WORKERS=8 php -S 127\.0\.0\.1:4301 examples\/php\/index\.php$/,
    /^mcs -r:System\.Net\.Http -out:\/tmp\/portal-session\.exe examples\/dotnet\/Program\.cs$/,
    /^mono \/tmp\/portal-session\.exe$/,
    /^socat TCP-LISTEN:4301\S+ EXEC:examples\/curl\/portal-session\.sh$/,
    /^TOKEN=\$\(curl -s http:\/\/localhost:4010\/idp\/token .* \| jq -r \.access_token\)$/,
    /^curl -X POST http:\/\/localhost:4301\/portal-session -H "authorization: Bearer \$TOKEN"$/,
  ].map((pattern) => ({ pattern, test: 'examples/test/programs.spec.ts' })),
  ...[
    /^node examples\/federation\/index\.mjs$/,
    /^curl http:\/\/localhost:4301\/graphql -H "authorization: Bearer \$TOKEN" .*createPortalSession.*$/,
  ].map((pattern) => ({ pattern, test: 'examples/test/federation.spec.ts' })),
  ...[
    /^redis-server --save '' --maxmemory-policy noeviction &$/,
    /^npm run emulator &$/,
    /^npm run --silent emulator -- env > billing\.env$/,
    /^export REDIS_URL=redis:\/\/localhost:6379$/,
    /^HOST=127\.0\.0\.1 PORT=400[12] npm run server -- --env-file billing\.env &$/,
    /^curl -i -X POST http:\/\/localhost:400[12]\/portal-session -H "authorization: Bearer \$TOKEN"$/,
  ].map((pattern) => ({ pattern, test: 'e2e/two-instances.spec.ts' })),
  ...[
    /^npm pack --silent --pack-destination \.\. \.\/dist\/ngx-chargebee-portal \.\/server \.\/emulator$/,
    /^cd (\.\.|my-app)$/,
    /^export NG_CLI_ANALYTICS=false$/,
    /^npx --yes -p @angular\/cli@21 ng new my-app( --defaults| --skip-(git|tests|install))+$/,
    /^npm install \.\.\/\{ngx-chargebee-portal,chargebee-portal-server,chargebee-emulator\}-\*\.tgz$/,
    /^cat > src\/app\/[\w.-]+\.ts <<'EOF'$/,
    /^npx chargebee-emulator( env > billing\.env| &)$/,
    /^HOST=\S+ PORT=4000 node --env-file=billing\.env node_modules\/\.bin\/chargebee-portal-server &$/,
    /^npx ng serve --port 4200$/,
  ].map((pattern) => ({ pattern, test: 'e2e/consumers/five-minutes.mjs' })),
];
