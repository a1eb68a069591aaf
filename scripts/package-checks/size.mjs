// How much the library's code adds to a production app, by gzip, and that an app without Apollo needs none of it: two
// small production apps, one with the packed library on HttpClient and one without, built where no Apollo can be found.
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
import { root } from '../lib/programs.mjs';
import { pack } from './package.mjs';

/** In bytes: 5 kB. */
const LIMIT = 5_000;
const apps = ['without', 'with'];

const workspace = mkdtempSync(join(tmpdir(), 'package-size-'));
try {
  linkDependencies(join(workspace, 'node_modules'));
  installPackage(join(workspace, 'node_modules/ngx-chargebee-portal'));
  cpSync(join(root, 'scripts/package-checks/size'), join(workspace, 'src'), { recursive: true });
  writeWorkspace();
  for (const app of apps) build(app);

  const [without, withLibrary] = apps.map((app) => gzippedSize(scriptsOf(app)));
  // What a visitor downloads because of it: the app less the same app with the library's code cut out, each compressed
  // whole, as it is sent. By itself that code would compress worse than among the rest.
  const library = withLibrary - gzippedSize(scriptsOf('with').map(otherCode));
  console.log(`The library's code adds ${library} bytes (gzip) to the app, of at most ${LIMIT}.`);
  console.log(
    `The app grows by ${withLibrary - without} bytes (gzip), with what it takes of Angular and RxJS for it.`,
  );
  // Less than this is no measure of the library: nothing was found of it.
  if (library > LIMIT || library < 1_000) process.exitCode = 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
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

function installPackage(folder) {
  mkdirSync(folder);
  const tarball = pack(workspace);
  run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

function writeWorkspace() {
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
  writeJson('angular.json', {
    version: 1,
    cli: { analytics: false, cache: { enabled: false } },
    projects: Object.fromEntries(apps.map((name) => [name, project(name)])),
  });
  writeJson('tsconfig.json', {
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
  writeJson('package.json', { name: 'package-size', private: true });
}

function build(app) {
  run(process.execPath, [
    join(workspace, 'node_modules/@angular/cli/bin/ng.js'),
    'build',
    app,
    '--progress=false',
  ]);
}

/** The scripts of a built app, each with its source map. */
function scriptsOf(app) {
  const folder = join(workspace, 'dist', app, 'browser');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => ({
      code: readFileSync(join(folder, file), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''),
      map: new TraceMap(readFileSync(join(folder, `${file}.map`), 'utf8')),
    }));
}

/** A script without what the library has written of it, as its source map tells. */
function otherCode({ code, map }) {
  const lines = code.split('\n');
  const mappings = [];
  eachMapping(map, (mapping) => mappings.push(mapping));
  // From behind, so that what is still to be cut keeps its columns.
  for (const [index, { source, generatedLine, generatedColumn }] of [
    ...mappings.entries(),
  ].reverse()) {
    if (!source?.includes('ngx-chargebee-portal')) continue;
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

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: workspace,
    encoding: 'utf8',
    timeout: 4 * 60_000,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

function writeJson(name, content) {
  writeFileSync(join(workspace, name), JSON.stringify(content, null, 2));
}
