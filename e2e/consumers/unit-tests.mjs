// Unit tests of fresh apps that use `ngx-chargebee-portal/testing`, with Vitest, Angular's default, and with Karma. The apps
// have no @angular/cdk, which only `/testing/harness` needs. The library must be built: `npm run build
// ngx-chargebee-portal`. `node e2e/consumers/unit-tests.mjs [app…]` runs all, or those named.
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from '../../scripts/package-checks/package.mjs';
import { ngNew } from './app.mjs';
import { nodeFor } from './node.mjs';
import { run } from './run.mjs';

/** @type {{ name: string, angular: 21 | 22, runner: 'vitest' | 'karma' }[]} */
const consumers = [
  { name: 'vitest21', angular: 21, runner: 'vitest' },
  { name: 'karma21', angular: 21, runner: 'karma' },
  { name: 'vitest22', angular: 22, runner: 'vitest' },
  { name: 'karma22', angular: 22, runner: 'karma' },
];

const SPEC = `import { Component, inject, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  ChargebeePortalDirective,
  ChargebeePortalService,
  PortalError,
  withIdentity,
  withPortalEvents,
} from 'ngx-chargebee-portal';
import {
  ChargebeePortalTestingController,
  provideChargebeePortalTesting,
} from 'ngx-chargebee-portal/testing';

const user = signal<string | undefined>('ada');

@Component({
  imports: [ChargebeePortalDirective],
  template: \`<button chargebeePortal="PAYMENT_SOURCES" preload="none" (portalClosed)="closed.set(true)">
    Payment methods
  </button>\`,
})
class Billing {
  readonly portal = inject(ChargebeePortalService);
  readonly closed = signal(false);
}

describe('Billing', () => {
  it('opens the portal, and hears of its closing', async () => {
    const events: string[] = [];
    TestBed.configureTestingModule({
      providers: [
        provideChargebeePortalTesting(
          withIdentity(() => user),
          withPortalEvents(() => ({ onEvent: ({ type }) => events.push(type) })),
        ),
      ],
    });
    const fixture = TestBed.createComponent(Billing);
    await fixture.whenStable();
    const portal = TestBed.inject(ChargebeePortalTestingController);
    (fixture.nativeElement as HTMLElement).querySelector('button')!.click();
    expect(portal.expectOpen().options.section).toBe('PAYMENT_SOURCES');
    portal.emit({ type: 'loaded' });
    expect(fixture.componentInstance.portal.isOpen()).toBe(true);
    user.set('bob');
    await fixture.whenStable();
    expect(fixture.componentInstance.portal.isOpen()).toBe(false);
    expect(fixture.componentInstance.closed()).toBe(true);
    expect(events).toEqual(['loaded', 'close']);
    portal.verify();
  });

  it('says what is missing without a provider', () => {
    let message = '';
    try {
      TestBed.createComponent(Billing);
    } catch (error) {
      message = (error as PortalError).message;
    }
    expect(message).toContain('provideChargebeePortalTesting() in tests');
  });
});
`;

const wanted = process.argv.slice(2);
const chosen = consumers.filter(({ name }) => !wanted.length || wanted.includes(name));
if (wanted.length > chosen.length) {
  console.error(`The apps are: ${consumers.map(({ name }) => name).join(', ')}.`);
  process.exit(1);
}

/** A Chromium that starts as root too, for Karma's own launcher. */
function writeBrowser(folder) {
  const path = join(folder, 'chromium');
  const chrome = process.env.CHROME_BIN ?? '/usr/bin/chromium';
  writeFileSync(path, `#!/bin/sh\nexec '${chrome}' --no-sandbox --disable-dev-shm-usage "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function tryOut(consumer, { folder, tarball, chrome, like }) {
  const node = await nodeFor(consumer.angular, folder);
  if (node.missing) return node.missing;
  const env = { ...node.env, CHROME_BIN: chrome };
  const app = join(folder, consumer.name);
  const runner = `--test-runner=${consumer.runner}`;
  await ngNew(consumer.name, consumer.angular, [runner], { folder, env, like });
  await run('npm', ['install', tarball], { cwd: app, env });
  if (existsSync(join(app, 'node_modules/@angular/cdk'))) {
    throw new Error('the app has @angular/cdk, so this proves nothing');
  }
  writeFileSync(join(app, 'src/app/billing.spec.ts'), SPEC);
  const browser = consumer.runner === 'karma' ? ['--browsers=ChromeHeadless'] : [];
  const output = await run('npx', ['ng', 'test', '--watch=false', ...browser], { cwd: app, env });
  // Two of these, and those of the app that `ng new` makes.
  if (!/[2-9] (passed|SUCCESS)|Executed [2-9] of/.test(output)) {
    throw new Error(`no test seems to have run:\n${output}`);
  }
  return undefined;
}

const counts = { passed: 0, failed: 0, skipped: [] };
const folder = mkdtempSync(join(tmpdir(), 'consumers-tests-'));
try {
  const tarball = pack(folder);
  const chrome = writeBrowser(folder);
  for (const [index, consumer] of chosen.entries()) {
    const startedAt = Date.now();
    const like = chosen.slice(0, index).find(({ angular }) => angular === consumer.angular);
    try {
      const missing = await tryOut(consumer, {
        ...{ folder, tarball, chrome },
        like: like && join(folder, like.name),
      });
      if (missing) counts.skipped.push(`${consumer.name}: ${missing}`);
      else counts.passed += 1;
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      console.log(`${consumer.name}: ${missing ? 'left out' : 'its tests pass'} (${seconds} s)`);
    } catch (error) {
      counts.failed += 1;
      console.error(`FAILED ${consumer.name}: ${error.message}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const reason of counts.skipped) console.log(`SKIPPED ${reason}`);
console.log(
  `${counts.passed} fresh apps passed, ${counts.failed} failed, ${counts.skipped.length} skipped`,
);
if (process.env.SUITE_RESULTS) writeFileSync(process.env.SUITE_RESULTS, JSON.stringify(counts));
process.exitCode = counts.failed ? 1 : 0;
