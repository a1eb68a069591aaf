// Tests scripts/prepare-release.mjs: it writes the repository into every manifest, as npm's provenance requires, and changes
// nothing if the tag does not match the packages or the changelog.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { readManifest } from './package.mjs';

const address = 'https://example.com/owner/name';
const { version } = readManifest();
const manifests = {
  'dist/ngx-chargebee-portal/package.json': 'projects/ngx-chargebee-portal',
  'server/package.json': 'server',
  'emulator/package.json': 'emulator',
};

const folder = mkdtempSync(join(tmpdir(), 'release-'));
try {
  for (const path of Object.keys(manifests)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n## [${version}] - 2026-01-01\n`);

  const prepare = (...args) =>
    spawnSync('node', [join(root, 'scripts/prepare-release.mjs'), ...args, folder], {
      encoding: 'utf8',
    });
  const read = (path) => JSON.parse(readFileSync(join(folder, path), 'utf8'));

  const refused = prepare('v99.0.0', address);
  assert.equal(refused.status, 1);
  for (const path of Object.keys(manifests)) {
    assert.match(refused.stderr, new RegExp(`${read(path).name} is at ${version}, the tag says`));
    assert.equal(read(path).repository, undefined);
  }
  assert.match(refused.stderr, /CHANGELOG\.md has no section "## \[99\.0\.0\]"/);
  assert.match(prepare('latest', 'owner/name').stderr, /The tag must be.*\nThe address must be/);

  const prepared = prepare(`v${version}`, address);
  assert.equal(prepared.status, 0, prepared.stderr);
  for (const [path, directory] of Object.entries(manifests)) {
    const { repository, publishConfig } = read(path);
    assert.deepEqual(repository, { type: 'git', url: `git+${address}.git`, directory });
    assert.deepEqual(publishConfig, { access: 'public', provenance: true });
  }

  for (const path of Object.keys(manifests)) {
    const { status, stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json'], {
      cwd: dirname(join(root, path)),
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const files = JSON.parse(stdout)[0].files.map((file) => file.path);
    for (const file of ['README.md', 'LICENSE', 'SECURITY.md']) {
      assert.ok(files.includes(file), `${path} is published without its ${file}`);
    }
  }
  console.log(`A tag v${version} would publish ${Object.keys(manifests).length} packages.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
