// Bundles the program with all that it needs into a few files: to load its dependencies' 1,200 files takes twice as long
// and a third more memory. Of the library that hosts embed, only Chargebee's SDK is bundled: it shares their `graphql` and
// `@apollo/server`.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const source = (file) => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

/** Plugins that Apollo Server loads on demand, which the program switches off. */
const UNUSED_PLUGINS =
  /^\.\/plugin\/(usageReporting|schemaReporting|inlineTrace|landingPage\/default)\//;
/** Chargebee's SDK loads its schemas here, for a validation that is off unless asked for. */
const SDK_VALIDATION = /chargebee\/esm\/validationLoader\.js$/;

/** A validation that is off has no schemas. */
const withoutValidation = {
  name: 'without-validation',
  setup({ onLoad }) {
    onLoad({ filter: SDK_VALIDATION }, () => ({
      contents: 'export const getSchema = () => Promise.resolve(null);',
    }));
  },
};

/** Bundles Chargebee's SDK, and nothing else. */
const sdkAlone = {
  name: 'sdk-alone',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, importer, kind }) => {
      const ofSdk = importer.includes('node_modules/chargebee/')
        ? path.startsWith('.')
        : /^chargebee(\/|$)/.test(path);
      return kind === 'entry-point' || ofSdk ? undefined : { path, external: true };
    });
  },
};

const options = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Identifiers stay as they are, for stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  // All licences are in THIRD-PARTY-NOTICES.txt.
  legalComments: 'none',
  logLevel: 'warning',
};

/** Leaves out what is loaded on demand only: never by the program, or from where the operator has installed it. */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve }) {
    // Optional peers. prom-client alone cannot do without, and gets a copy.
    onResolve({ filter: /^@opentelemetry\// }, ({ path, importer }) =>
      /node_modules\/(prom-client|@opentelemetry)\//.test(importer)
        ? undefined
        : { path, external: true },
    );
    onResolve({ filter: UNUSED_PLUGINS }, ({ path }) => ({ path, external: true }));
  },
};

/**
 * @param {string} outdir gets `main.js`, `healthcheck.js` and, in `program/`, what they load
 */
export function bundleProgram(outdir) {
  return build({
    ...options,
    entryPoints: [source('main.ts'), source('healthcheck.ts')],
    outdir,
    splitting: true,
    chunkNames: 'program/[name]-[hash]',
    plugins: [leaveOut, withoutValidation],
    banner: {
      // For bundled CommonJS modules, which `require` Node's own.
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    metafile: true,
  });
}

/**
 * Puts Chargebee's SDK into the modules of the library that import it. Installed as a package it brings 8 MB of a validation
 * library, which is not used.
 *
 * @param {string} outdir holds the compiled library
 */
export function bundleSdk(outdir) {
  return build({
    ...options,
    entryPoints: [source('gateway/chargebee-client.ts'), source('observability/spans.ts')],
    outbase: source(''),
    outdir,
    plugins: [sdkAlone, withoutValidation],
  });
}
