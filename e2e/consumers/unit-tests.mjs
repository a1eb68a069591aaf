// Runs a fresh app's unit tests, which use `ngx-chargebee-portal/testing`, with Vitest or Karma. The app has no @angular/cdk,
// because only `/testing/harness` may require it.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { run } from './run.mjs';

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
  it('opens the portal, and is notified when it closes', async () => {
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

  it('names the missing provider in the error', () => {
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

/**
 * Adds a spec to the app and runs all its unit tests. Throws if one fails.
 * @param {{ runner: 'vitest' | 'karma' }} consumer
 * @param {string} app the app's folder
 * @param {import('./node.mjs').NodeInstallation} node
 */
export async function runUnitTests({ runner }, app, node) {
  if (existsSync(join(app, 'node_modules/@angular/cdk'))) {
    throw new Error('the app has @angular/cdk, so this cannot show that /testing works without it');
  }
  writeFileSync(join(app, 'src/app/billing.spec.ts'), SPEC);
  const count = countTests(join(app, 'src/app'));
  const browser = runner === 'karma' ? ['--browsers=ChromeHeadless'] : [];
  const output = await run('npx', ['ng', 'test', '--watch=false', ...browser], {
    cwd: app,
    env: { ...node.env, CHROME_BIN: writeBrowser(app) },
  });
  const summary = {
    vitest: `Tests +${count} passed`,
    karma: `Executed ${count} of ${count} SUCCESS`,
  };
  if (!new RegExp(summary[runner]).test(stripVTControlCharacters(output))) {
    throw new Error(`not all of the ${count} tests have run:\n${output}`);
  }
}

/** Counts the tests above and those that `ng new` has generated. */
function countTests(folder) {
  const specs = readdirSync(folder).filter((name) => name.endsWith('.spec.ts'));
  const texts = specs.map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.join('\n').match(/^ *it\(/gm).length;
}

/** Writes a script that starts Chromium without its sandbox, because Karma's own launcher keeps the sandbox, which root cannot use. */
function writeBrowser(app) {
  const path = join(app, 'node_modules/.chromium');
  const chrome = process.env.CHROME_HEADLESS_BIN ?? process.env.CHROME_BIN ?? '/usr/bin/chromium';
  writeFileSync(path, `#!/bin/sh\nexec '${chrome}' --no-sandbox --disable-dev-shm-usage "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
