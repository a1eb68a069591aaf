import { Component, ChangeDetectionStrategy } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { FakeBackend } from '../../test/fake-backend';
import { FakeChargebee } from '../../test/fake-chargebee';
import type { PortalError } from '../public-api';
import {
  ChargebeePortalModule,
  ChargebeePortalService,
  provideChargebeePortal,
  withBackend,
  withIdentity,
  type PortalConfig,
} from '../public-api';

const backend = () => withBackend(() => new FakeBackend());

describe('provideChargebeePortal', () => {
  let warn: jasmine.Spy;

  beforeEach(() => {
    warn = spyOn(console, 'warn');
  });

  it('names the backends when there is none', () => {
    expect(() => provideChargebeePortal({ site: 'acme-test' })).toThrowMatching(
      (error: PortalError) =>
        error.code === 'NOT_CONFIGURED' &&
        /withApollo\(\), withGraphql\(.*\) or withBackend\(\)/.test(error.message),
    );
  });

  it('warns when it does not know who is signed in', () => {
    provideChargebeePortal(
      { site: 'acme-test' },
      backend(),
      withIdentity(() => 'user-1'),
    );
    expect(warn).not.toHaveBeenCalled();
    provideChargebeePortal({ site: 'acme-test' }, backend());
    expect(warn).toHaveBeenCalledOnceWith(jasmine.stringContaining('withIdentity(() => …)'));
  });

  it('takes one backend and one identity', () => {
    const twice = (...features: Parameters<typeof provideChargebeePortal>[1][]) =>
      expect(() => provideChargebeePortal({ site: 'acme-test' }, ...features));
    twice(backend(), backend()).toThrowError('provideChargebeePortal() takes one backend.');
    const identity = withIdentity(() => 'user-1');
    twice(backend(), identity, identity).toThrowError(
      'provideChargebeePortal() takes one identity.',
    );
  });

  for (const site of ['', 'acme.chargebee.com', 'https://acme.chargebee.com']) {
    it(`tells that "${site}" is no site`, () => {
      expect(() => provideChargebeePortal({ site }, backend())).toThrowError(/no site's name/);
    });
  }

  for (const domain of [
    'billing.example.com',
    'http://billing.example.com',
    'https://a.example/x',
  ]) {
    it(`tells that ${domain} is no domain`, () => {
      const config: PortalConfig = { site: 'acme-test', domain };
      expect(() => provideChargebeePortal(config, backend())).toThrowError(/no https origin/);
    });
  }

  for (const domain of ['https://billing.example.com', 'http://localhost:4010']) {
    it(`takes ${domain} as a domain`, () => {
      const config: PortalConfig = { site: 'acme-test', domain };
      expect(() => provideChargebeePortal(config, backend())).not.toThrow();
    });
  }

  it('is named by Angular’s error when it is missing', () => {
    expect(() => TestBed.inject(ChargebeePortalService)).toThrowError(
      /No provider found for `ChargebeePortalService`/,
    );
  });
});

@Component({
  imports: [ChargebeePortalModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<button chargebeePortal preload="none">Billing</button>
    <button chargebeePaymentSources preload="none">Cards</button>`,
})
class Page {}

describe('ChargebeePortalModule', () => {
  afterEach(() => FakeChargebee.uninstall());

  it('sets the portal up by forRoot, and brings both directives', async () => {
    const chargebee = new FakeChargebee().install();
    const { providers = [] } = ChargebeePortalModule.forRoot(
      { site: 'acme-test' },
      backend(),
      withIdentity(() => 'user-1'),
    );
    TestBed.configureTestingModule({ providers });
    const fixture = TestBed.createComponent(Page);
    await fixture.whenStable();
    const buttons = (fixture.nativeElement as HTMLElement).querySelectorAll('button');
    expect([...buttons].map((each) => each.getAttribute('aria-haspopup'))).toEqual([
      'dialog',
      'dialog',
    ]);
    await TestBed.inject(ChargebeePortalService).open();
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
  });
});
