// `node scripts/prepare-release.mjs <tag> <repository address> [folder]`: prepares the built packages for publishing.
//
// npm signs a package's provenance only if its manifest names the repository that the build runs in. Forks have their own
// address, so it is an argument. If there is any problem, nothing is written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/programs.mjs';

const [tag, address, folder = root] = process.argv.slice(2);

/** The packages to publish, with the folders of their sources in the repository. */
const packages = {
  'dist/ngx-chargebee-portal': 'projects/ngx-chargebee-portal',
  server: 'server',
  emulator: 'emulator',
};

const problems = [];
const version = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag ?? '')?.[1];
if (!version) problems.push(`The tag must be a version such as v1.2.3, not ${tag}.`);
if (!/^https:\/\/[^\s/]+\/[^\s/]+\/[^\s/]+$/.test(address ?? '')) {
  problems.push(`The address must be like https://host/owner/name, not ${address}.`);
}

const manifests = Object.entries(packages).map(([output, directory]) => {
  const path = join(folder, output, 'package.json');
  if (!existsSync(path)) {
    problems.push(`There is no ${output}/package.json: run \`npm run build\`.`);
    return { path };
  }
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  if (version && manifest.version !== version) {
    problems.push(`${manifest.name} is at ${manifest.version}, the tag says ${version}.`);
  }
  const repository = { type: 'git', url: `git+${address}.git`, directory };
  return { path, manifest: { ...manifest, repository } };
});

const changelog = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8');
if (version && !changelog.includes(`\n## [${version}]`)) {
  problems.push(`CHANGELOG.md has no section "## [${version}]".`);
}

if (problems.length) {
  console.error(problems.join('\n'));
  process.exit(1);
}
for (const { path, manifest } of manifests) {
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${manifest.name} ${version} is ready to be published`);
}
