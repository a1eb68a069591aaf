// Measures how many bytes (gzip) the library and each of its parts add to a production app. Builds the three apps of
// scripts/library-size in a workspace without Apollo: without the library, with it, and with all its features.
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
/** The features that are tree-shaken unless an app uses them, with a pattern for their source files. */
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
 * @returns in bytes: the library's code, in total and by part; each optional feature; and `growth`, which also includes
 *   the code of Angular and RxJS that only the library uses
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
      // The compressed app minus the compressed app without the library's code. Compressing only the library's code would
      // give a larger number than users download.
      library: sizeOf(withLibrary, /./),
      parts: sizes(withLibrary, Object.fromEntries(parts)),
      features: sizes(all, features),
      growth: gzippedSize(withLibrary) - gzippedSize(without),
    };
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** Links all installed packages except Apollo and its dependents. */
function linkDependencies(folder) {
  const excluded = /^(@apollo|apollo-angular|ngx-chargebee-portal|\..*)$/;
  const link = (name) => symlinkSync(join(root, 'node_modules', name), join(folder, name));
  mkdirSync(folder);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!excluded.test(name)) link(name);
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
      // Check the types of the packages too: they must compile without Apollo.
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

/** Returns the scripts of a built app with their source maps. */
function readScripts(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => ({
      code: readFileSync(join(folder, file), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''),
      map: new TraceMap(readFileSync(join(folder, `${file}.map`), 'utf8')),
    }));
}

/** Returns how many bytes the library's files that match `files` add to an app. */
function sizeOf(scripts, files) {
  return gzippedSize(scripts) - gzippedSize(scripts.map((script) => removeCode(script, files)));
}

/** Returns the folders and files of `src/lib` that an app contains code of. */
function partsOf(scripts) {
  const sources = scripts.flatMap(({ map }) => map.sources);
  const parts = sources.map(
    (source) => /ngx-chargebee-portal.*src\/lib\/([^/]+\/?)/.exec(source)?.[1],
  );
  return [...new Set(parts.filter(Boolean))].sort();
}

/** Removes the code of the library's files that match `files` from a script, using its source map. */
function removeCode({ code, map }, files) {
  const lines = code.split('\n');
  const mappings = [];
  eachMapping(map, (mapping) => mappings.push(mapping));
  // In reverse order, so that a removal does not shift the columns of the mappings that follow.
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

/** Returns the sum of the scripts' sizes, each compressed separately, as a server sends them. */
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
