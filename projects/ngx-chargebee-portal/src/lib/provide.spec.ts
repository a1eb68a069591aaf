import {
  ChangeDetectionStrategy,
  Component,
  createEnvironmentInjector,
  effect,
  EnvironmentInjector,
  inject,
  Injectable,
  signal,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { FakeBackend } from '../../test/fake-backend';
import { FakeChargebee } from '../../test/fake-chargebee';
import { onServer, rejection } from '../../test/setup';
import {
  ChargebeePortalModule,
  ChargebeePortalService,
  PortalError,
  provideChargebeePortal,
  withBackend,
  withGraphql,
  withIdentity,
  withPortalEvents,
  withPreload,
  withRest,
  withScriptUrl,
  type PortalConfig,
  type PortalFeature,
} from '../public-api';

const backend = () => withBackend(() => new FakeBackend());
const identity = () => withIdentity(() => 'user-1');

/** The service that an application reads its configuration from. */
@Injectable({ providedIn: 'root' })
class RuntimeConfig {
  readonly site = signal<string | undefined>('acme-test');
  reads = 0;
}

const errorOf = (run: () => unknown): PortalError => {
  try {
    run();
  } catch (error) {
    if (error instanceof PortalError) return error;
    throw error;
  }
  throw new Error('It did not throw.');
};

/** Runs a function with `ngDevMode` set to false, as in a production build. */
async function inProduction<T>(run: () => T): Promise<Awaited<T>> {
  const globals = globalThis as { ngDevMode?: unknown };
  const { ngDevMode } = globals;
  globals.ngDevMode = false;
  try {
    return await run();
  } finally {
    globals.ngDevMode = ngDevMode;
  }
}

describe('provideChargebeePortal', () => {
  let warn: jasmine.Spy;

  beforeEach(() => {
    warn = spyOn(console, 'warn');
    new FakeChargebee().install();
  });

  afterEach(() => FakeChargebee.uninstall());

  function createService(
    config: PortalConfig | (() => PortalConfig),
    ...features: PortalFeature[]
  ): ChargebeePortalService {
    TestBed.configureTestingModule({ providers: [provideChargebeePortal(config, ...features)] });
    return TestBed.inject(ChargebeePortalService);
  }

  describe('throws in development for', () => {
    it('a missing backend, and names the backends', () => {
      const error = errorOf(() => provideChargebeePortal({ site: 'acme-test' }, identity()));
      expect(error.code).toBe('NOT_CONFIGURED');
      expect(error.argument).toBe('backend');
      expect(error.message).toContain('withGraphql(), withRest(), withApollo() or withBackend()');
    });

    const twice: [string, () => PortalFeature, string][] = [
      ['backend', backend, 'several'],
      ['identity', identity, 'withIdentity() once'],
      ['scriptUrl', () => withScriptUrl('/cb.js'), 'withScriptUrl() once'],
      ['preload', () => withPreload('none'), 'withPreload() once'],
    ];
    for (const [kind, feature, message] of twice) {
      it(`two features of the kind ${kind}`, () => {
        const features = kind === 'backend' ? [] : [backend()];
        const error = errorOf(() =>
          provideChargebeePortal({ site: 'acme-test' }, ...features, feature(), feature()),
        );
        expect(error.argument).toBe(kind);
        expect(error.message).toContain(message);
      });
    }

    it('two backends by different features', () => {
      const error = errorOf(() =>
        provideChargebeePortal(
          { site: 'acme-test' },
          withGraphql({ url: '/graphql' }),
          withRest({ url: '/api' }),
        ),
      );
      expect(error.argument).toBe('backend');
    });

    for (const [site, advice] of [
      ['', '"acme-test"'],
      ['Acme-Test', 'Write "acme-test" for https://acme-test.chargebee.com'],
      ['acme.chargebee.com', 'Write "acme"'],
      ['https://acme.chargebee.com', 'Write "acme"'],
      ['https://Acme.chargebeeportal.com/portal', 'Write "acme"'],
      ['acme test', '"acme-test"'],
      [undefined, '"acme-test"'],
    ] as const) {
      it(`the site ${JSON.stringify(site)}`, () => {
        const error = errorOf(() => provideChargebeePortal({ site: site as string }, backend()));
        expect(error.argument).toBe('site');
        expect(error.message).toContain(`site is ${JSON.stringify(site)}`);
        expect(error.message).toContain(advice);
      });
    }

    for (const domain of [
      'billing.example.com',
      'http://billing.example.com',
      'https://a.example/x',
    ]) {
      it(`the domain ${domain}`, () => {
        const error = errorOf(() => provideChargebeePortal({ site: 'acme', domain }, backend()));
        expect(error.argument).toBe('domain');
        expect(error.message).toContain('not an https origin');
      });
    }

    for (const redirectUrl of ['/account', `https://example.com/${'x'.repeat(250)}`]) {
      it(`the redirectUrl ${redirectUrl.slice(0, 30)}`, () => {
        const config = { site: 'acme', redirectUrl };
        expect(errorOf(() => provideChargebeePortal(config, backend())).argument).toBe(
          'redirectUrl',
        );
      });
    }
  });

  for (const domain of ['https://billing.example.com', 'http://localhost:4010']) {
    it(`accepts the domain ${domain}`, () => {
      expect(() => provideChargebeePortal({ site: 'acme-test', domain }, backend())).not.toThrow();
    });
  }

  it('warns if there is no identity', () => {
    provideChargebeePortal({ site: 'acme-test' }, backend(), identity());
    expect(warn).not.toHaveBeenCalled();
    provideChargebeePortal({ site: 'acme-test' }, backend());
    expect(warn).toHaveBeenCalledOnceWith(jasmine.stringContaining('withIdentity(() => …)'));
  });

  describe('several times', () => {
    const site = { site: 'acme-test' };

    it('warns if it is for the same injector', () => {
      TestBed.configureTestingModule({
        providers: [provideChargebeePortal(site, backend(), identity())],
      });
      createService(site, backend(), identity());
      expect(warn).toHaveBeenCalledOnceWith(jasmine.stringContaining('for the same injector'));
    });

    it('does not warn for the application and a route, nor for several listeners', () => {
      const events = () => withPortalEvents(() => ({}));
      createService(site, backend(), identity(), events(), events());
      const route = createEnvironmentInjector(
        [provideChargebeePortal(site, backend(), identity(), events())],
        TestBed.inject(EnvironmentInjector),
      );
      route.get(ChargebeePortalService);
      expect(warn).not.toHaveBeenCalled();
      route.destroy();
    });
  });

  describe('in production', () => {
    const cases: [string, PortalConfig, PortalFeature[]][] = [
      ['backend', { site: 'acme-test' }, [identity()]],
      ['backend', { site: 'acme-test' }, [backend(), backend()]],
      ['identity', { site: 'acme-test' }, [backend(), identity(), identity()]],
      ['site', { site: 'Acme-Test' }, [backend()]],
      ['domain', { site: 'acme-test', domain: 'nonsense' }, [backend()]],
    ];
    for (const [argument, config, features] of cases) {
      it(`does not throw, but rejects open() with the setting as argument: ${argument}`, async () => {
        await inProduction(async () => {
          const service = createService(config, ...features);
          const expected = {
            code: 'NOT_CONFIGURED',
            argument,
            message: `NOT_CONFIGURED: ${argument}`,
          };
          expect(await rejection(service.open())).toEqual(jasmine.objectContaining(expected));
          expect(await rejection(service.managePaymentSources())).toEqual(
            jasmine.objectContaining(expected),
          );
          expect(service.error()).toEqual(jasmine.objectContaining(expected));
          expect(service.status()).toBe('idle');
        });
      });
    }
  });

  describe('with a function for the configuration', () => {
    it('calls it once, in an injection context, when the portal is first opened', async () => {
      const service = createService(
        () => {
          const runtime = inject(RuntimeConfig);
          runtime.reads += 1;
          return { site: runtime.site()! };
        },
        backend(),
        identity(),
      );
      const runtime = TestBed.inject(RuntimeConfig);
      await service.preload();
      expect(runtime.reads).toBe(0);
      await service.open();
      await service.open();
      expect(runtime.reads).toBe(1);
    });

    it('does not make the signals that it reads dependencies of an effect that opens the portal', () => {
      const service = createService(
        () => ({ site: inject(RuntimeConfig).site()! }),
        backend(),
        identity(),
      );
      let runs = 0;
      TestBed.runInInjectionContext(() =>
        effect(() => {
          runs += 1;
          void service.prefetchSession();
        }),
      );
      TestBed.tick();
      TestBed.inject(RuntimeConfig).site.set('acme-live');
      TestBed.tick();
      expect(runs).toBe(1);
    });

    it('rejects open() if there is no configuration yet, and calls it again the next time', async () => {
      const service = createService(
        () => ({ site: inject(RuntimeConfig).site()! }),
        backend(),
        identity(),
      );
      TestBed.inject(RuntimeConfig).site.set(undefined);
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'NOT_CONFIGURED', argument: 'site' }),
      );
      TestBed.inject(RuntimeConfig).site.set('acme-test');
      await service.open();
      expect(service.isOpen()).toBeTrue();
    });

    it('explains what to do if it returns a promise', async () => {
      const service = createService(
        () => Promise.resolve({ site: 'acme-test' }) as unknown as PortalConfig,
        backend(),
        identity(),
      );
      const error = (await rejection(service.open())) as PortalError;
      expect(error.message).toContain('returned a promise');
    });

    it('calls neither it nor any other factory on the server', async () => {
      const factory = jasmine.createSpy('factory');
      TestBed.configureTestingModule({
        providers: [
          provideChargebeePortal(factory, withBackend(factory), withIdentity(factory)),
          onServer,
        ],
      });
      const service = TestBed.inject(ChargebeePortalService);
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({ code: 'NOT_IN_BROWSER' }),
      );
      await service.preload();
      await service.prefetchSession();
      await service.logout();
      TestBed.tick();
      expect(factory).not.toHaveBeenCalled();
    });

    it('reports its error as the cause', async () => {
      const cause = new Error('config.json is missing');
      const service = createService(
        () => {
          throw cause;
        },
        backend(),
        identity(),
      );
      expect(await rejection(service.open())).toEqual(
        jasmine.objectContaining({
          code: 'NOT_CONFIGURED',
          argument: 'config',
          message: jasmine.stringContaining('config.json is missing'),
          cause,
        }),
      );
    });
  });

  it('reports an error of the backend’s factory as the cause', async () => {
    const cause = new Error('no client');
    const failing = withBackend(() => {
      throw cause;
    });
    const service = createService({ site: 'acme-test' }, failing, identity());
    expect(await rejection(service.open())).toEqual(
      jasmine.objectContaining({ code: 'NOT_CONFIGURED', argument: 'backend', cause }),
    );
  });

  it('does not apply the features of the application to the portal of a route', async () => {
    const ofApp = new FakeBackend();
    const ofRoute = new FakeBackend();
    createService(
      { site: 'acme-test' },
      withBackend(() => ofApp),
      identity(),
    );
    const route = createEnvironmentInjector(
      [
        provideChargebeePortal(
          { site: 'acme-test' },
          withBackend(() => ofRoute),
        ),
      ],
      TestBed.inject(EnvironmentInjector),
    );
    await route.get(ChargebeePortalService).open();
    expect([ofApp.sessions.length, ofRoute.sessions.length]).toEqual([0, 1]);
    route.destroy();
  });

  it('is named in the error if it is missing', () => {
    const error = errorOf(() => TestBed.inject(ChargebeePortalService));
    expect(error.code).toBe('NOT_CONFIGURED');
    expect(error.argument).toBe('provideChargebeePortal');
    expect(error.message).toContain('Add provideChargebeePortal() to the providers');
    expect(error.message).toContain('provideChargebeePortalTesting() in tests');
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

  it('provides the portal with forRoot, also from functions, and exports both directives', async () => {
    const chargebee = new FakeChargebee().install();
    const { providers = [] } = ChargebeePortalModule.forRoot(
      () => ({ site: inject(RuntimeConfig).site()! }),
      backend(),
      identity(),
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
    expect(chargebee.inits[0]['site']).toBe('acme-test');
  });
});
