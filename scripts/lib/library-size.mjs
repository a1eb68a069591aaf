// How much the library's code adds to a production app, and what each part of it costs, in bytes of gzip. Three small
// production apps are built where no Apollo can be found: without the packed library, with it on HttpClient, and with all
// of its features.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';
import { pack } from '../package-checks/package.mjs';
import { root } from './programs.mjs';

const apps = ['without', 'with', 'all'];
/** What an app has only when it uses it, by the files of the library. */
const features = {
  'withRest()': /with-rest|rest-backend/,
  'withPortalEvents()': /with-portal-events/,
  'withPreload()': /with-preload/,
  'withScriptUrl()': /with-script-url/,
  'withBackend()': /with-backend/,
  '[chargebeePaymentSources]': /payment-sources-directive/,
};

/**
 * Builds the apps and compares them.
 * @returns what the library's code adds to an app, with its parts; what each feature adds to an app that uses it; and by
 *   how much the app grows with what it then takes of Angular and RxJS. All in bytes.
 */
export function measureLibrarySize() {
  const workspace = mkdtempSync(join(tmpdir(), 'library-size-'));
  try {
    linkDependencies(join(workspace, 'node_modules'));
    installPackage(workspace);
    cpSync(join(root, 'scripts/library-size'), join(workspace, 'src'), { recursive: true });
    writeWorkspace(workspace);
    const [without, withLibrary, all] = apps.map((app) => {
      build(workspace, app);
      return readScripts(join(workspace, 'dist', app, 'browser'));
    });
    const sizes = (scripts, files) =>
      Object.entries(files).map(([name, pattern]) => ({ name, bytes: sizeOf(scripts, pattern) }));
    const parts = partsOf(withLibrary).map((part) => [part, new RegExp(`src/lib/${part}`)]);
    return {
      // What a visitor downloads because of it: the app less the same app with the library's code cut out, each
      // compressed whole, as it is sent. By itself that code would compress worse than among the rest.
      library: sizeOf(withLibrary, /./),
      parts: sizes(withLibrary, Object.fromEntries(parts)),
      features: sizes(all, features),
      growth: gzippedSize(withLibrary) - gzippedSize(without),
    };
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** All that is installed here, but for Apollo and what depends on it. */
function linkDependencies(folder) {
  const left = /^(@apollo|apollo-angular|ngx-chargebee-portal|\..*)$/;
  const link = (name) => symlinkSync(join(root, 'node_modules', name), join(folder, name));
  mkdirSync(folder);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!left.test(name)) link(name);
  }
}

function installPackage(workspace) {
  const folder = join(workspace, 'node_modules/ngx-chargebee-portal');
  mkdirSync(folder);
  const tarball = pack(workspace);
  run(workspace, 'tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

function writeWorkspace(workspace) {
  const project = (name) => ({
    projectType: 'application',
    root: '',
    architect: {
      build: {
        builder: '@angular/build:application',
        options: {
          outputPath: `dist/${name}`,
          browser: `src/${name}.ts`,
          index: 'src/index.html',
          tsConfig: 'tsconfig.json',
          outputHashing: 'none',
          sourceMap: { scripts: true, vendor: true },
        },
      },
    },
  });
  writeJson(workspace, 'angular.json', {
    version: 1,
    cli: { analytics: false, cache: { enabled: false } },
    projects: Object.fromEntries(apps.map((name) => [name, project(name)])),
  });
  writeJson(workspace, 'tsconfig.json', {
    compilerOptions: {
      target: 'ES2022',
      module: 'preserve',
      moduleResolution: 'bundler',
      strict: true,
      // The packages' own types are part of what is checked: an app without Apollo must compile.
      skipLibCheck: false,
      types: [],
    },
    files: apps.map((name) => `src/${name}.ts`),
  });
  writeJson(workspace, 'package.json', { name: 'package-size', private: true });
}

function build(workspace, app) {
  run(workspace, process.execPath, [
    join(workspace, 'node_modules/@angular/cli/bin/ng.js'),
    'build',
    app,
    '--progress=false',
  ]);
}

/** The scripts of a built app, each with its source map. */
function readScripts(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => ({
      code: readFileSync(join(folder, file), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''),
      map: new TraceMap(readFileSync(join(folder, `${file}.map`), 'utf8')),
    }));
}

/** What those of the library's files cost an app whose paths match, in bytes. */
function sizeOf(scripts, files) {
  return gzippedSize(scripts) - gzippedSize(scripts.map((script) => otherCode(script, files)));
}

/** The folders of the library of which an app has code, and the files beside them. */
function partsOf(scripts) {
  const sources = scripts.flatMap(({ map }) => map.sources);
  const parts = sources.map(
    (source) => /ngx-chargebee-portal.*src\/lib\/([^/]+\/?)/.exec(source)?.[1],
  );
  return [...new Set(parts.filter(Boolean))].sort();
}

/** A script without the code of the library's files whose paths match, by its source map. */
function otherCode({ code, map }, files) {
  const lines = code.split('\n');
  const mappings = [];
  eachMapping(map, (mapping) => mappings.push(mapping));
  // From behind, so that what is still to be cut keeps its columns.
  for (const [index, { source, generatedLine, generatedColumn }] of [
    ...mappings.entries(),
  ].reverse()) {
    if (!source?.includes('ngx-chargebee-portal') || !files.test(source)) continue;
    const line = lines[generatedLine - 1];
    const next = mappings[index + 1];
    const end = next?.generatedLine === generatedLine ? next.generatedColumn : line.length;
    lines[generatedLine - 1] = line.slice(0, generatedColumn) + line.slice(end);
  }
  return lines.join('\n');
}

/** Each script compressed by itself, as a server would send it. */
function gzippedSize(scripts) {
  return scripts.reduce(
    (sum, script) => sum + gzipSync(script.code ?? script, { level: 9 }).length,
    0,
  );
}

function run(cwd, command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 4 * 60_000,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

function writeJson(folder, name, content) {
  writeFileSync(join(folder, name), JSON.stringify(content, null, 2));
}
