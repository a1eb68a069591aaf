// Bundles the program with its dependencies into a few files: loading their 1,200 files would take twice as long and a third
// more memory. In the library that hosts embed, only Chargebee's SDK is bundled, since the library must use the host's
// `graphql` and `@apollo/server`.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const source = (file) => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

/** Plugins that Apollo Server loads on demand, and that the program disables. */
const UNUSED_PLUGINS =
  /^\.\/plugin\/(usageReporting|schemaReporting|inlineTrace|landingPage\/default)\//;
/** The module of Chargebee's SDK that loads the schemas for its optional validation, which is off by default. */
const SDK_VALIDATION = /chargebee\/esm\/validationLoader\.js$/;

/** Leaves out the schemas of the SDK's validation, which is not used. */
const withoutValidation = {
  name: 'without-validation',
  setup({ onLoad }) {
    onLoad({ filter: SDK_VALIDATION }, () => ({
      contents: 'export const getSchema = () => Promise.resolve(null);',
    }));
  },
};

/**
 * The module by which Apollo Server hashes the document of each request. It finds Node's hash only while it is a CommonJS module
 * of its own; in a bundle it would use one that is written in JavaScript and takes several times as long.
 */
const APOLLO_HASH = /@apollo\/utils\.createhash\/dist\/index\.js$/;

/** Makes Apollo Server use Node's hash. */
const withNodeHash = {
  name: 'with-node-hash',
  setup({ onLoad }) {
    onLoad({ filter: APOLLO_HASH }, () => ({
      contents: "export { createHash } from 'node:crypto';",
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

/** Leaves out modules that are loaded on demand: optional peers that the operator may install, and unused plugins. */
const loadedOnDemand = {
  name: 'loaded-on-demand',
  setup({ onResolve }) {
    // Optional peers, except for prom-client, which requires the API and gets a copy of it.
    onResolve({ filter: /^@opentelemetry\// }, ({ path, importer }) =>
      /node_modules\/(prom-client|@opentelemetry)\//.test(importer)
        ? undefined
        : { path, external: true },
    );
    onResolve({ filter: UNUSED_PLUGINS }, ({ path }) => ({ path, external: true }));
  },
};

/**
 * @param {string} outdir The folder for `main.js`, `healthcheck.js` and, in `program/`, the modules that they load
 */
export function bundleProgram(outdir) {
  return build({
    ...options,
    entryPoints: [source('main.ts'), source('healthcheck.ts')],
    outdir,
    splitting: true,
    chunkNames: 'program/[name]-[hash]',
    plugins: [loadedOnDemand, withoutValidation, withNodeHash],
    banner: {
      // Defines `require` for bundled CommonJS modules, which load Node's modules by it.
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    metafile: true,
  });
}

/**
 * Bundles Chargebee's SDK into the modules of the library that import it. If installed as a package, it would bring 8 MB of an
 * unused validation library.
 *
 * @param {string} outdir The folder of the compiled library
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
