import { PLATFORM_ID } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  ChargebeePortalService,
  provideChargebeePortal,
  withBackend,
  withScriptUrl,
} from 'ngx-chargebee-portal';
import { FakeBackend } from '../../test/fake-backend';
import { fakeBrowser, PHONE } from '../../test/fake-browser';
import { FakeChargebee } from '../../test/fake-chargebee';
import {
  describePortalService,
  type DriverOptions,
  type PortalDriver,
} from '../../test/portal-contract';
import { brokenScript, nextTask, onServer, until } from '../../test/setup';
import { ChargebeePortalTestingController, provideChargebeePortalTesting } from './public-api';

const platform = ({ isServer }: DriverOptions) => ({
  provide: PLATFORM_ID,
  useValue: isServer ? 'server' : 'browser',
});

/** Creates the real service, with a fake chargebee.js and a fake backend, which answers when the driver shows the portal. */
function createReal(options: DriverOptions): PortalDriver {
  const backend = new FakeBackend();
  const chargebee = new FakeChargebee();
  const { failing } = options;
  // `preload` fails only without the script; `logout` only with a session that was opened without the script.
  const hasScript = failing !== 'preload' && failing !== 'logout';
  if (hasScript) chargebee.install();
  if (failing === 'logout') fakeBrowser({ userAgent: PHONE });
  TestBed.configureTestingModule({
    providers: [
      provideChargebeePortal(
        { site: 'acme-test' },
        withBackend(() => backend),
        withScriptUrl(brokenScript()),
        ...options.features,
      ),
      ...(options.isServer ? [onServer] : []),
    ],
  });
  const service = TestBed.inject(ChargebeePortalService);
  if (!failing) backend.hold();

  return {
    service,
    async show() {
      backend.release();
      await until(service.isOpen);
      if (!failing) backend.hold();
    },
    emit(event) {
      const { type, ...data } = event;
      if (type === 'close') chargebee.getInstance().close();
      else chargebee.getInstance().emit(type, data);
    },
    async fail(error) {
      if (service.isOpen()) chargebee.getInstance().emit('error', error);
      backend.release(error);
      await until(() => service.status() === 'idle');
      await nextTask();
      backend.hold();
    },
    async failNext(method, error) {
      if (method === 'logout') {
        await service.open();
        spyOn(backend, 'logoutSession').and.returnValues(Promise.reject(error), Promise.resolve());
      } else if (method === 'prefetchSession') {
        backend.failure = error;
      }
    },
    prefetches: () => backend.sessions.length,
  };
}

/** Creates the fake service. */
function createFake(options: DriverOptions): PortalDriver {
  TestBed.configureTestingModule({
    providers: [platform(options), provideChargebeePortalTesting(...options.features)],
  });
  const service = TestBed.inject(ChargebeePortalService);
  const controller = TestBed.inject(ChargebeePortalTestingController);
  return {
    service,
    show: () => controller.emit({ type: 'loaded' }),
    emit: (event) => controller.emit(event),
    fail: (error) => controller.failWith(error),
    failNext: (method, error) => controller.failNext(method, error),
    prefetches: () => controller.prefetches.length,
  };
}

describe('The contract of ChargebeePortalService', () => {
  beforeEach(() => {
    spyOn(console, 'warn');
  });

  afterEach(() => {
    TestBed.resetTestingModule();
    FakeChargebee.uninstall();
  });

  describePortalService('The real service', createReal);
  describePortalService('The fake service', createFake);
});
