import { CSP_NONCE } from '@angular/core';
import { FakeChargebee } from '../../../test/fake-chargebee';
import {
  appendedScripts,
  brokenScript,
  rejection,
  scriptOf,
  scriptThatInstalls,
  setup,
  until,
} from '../../../test/setup';

/** The script elements of these specs. `brokenScript()` of another spec may still be retried. */
const scripts = () => [...document.querySelectorAll<HTMLScriptElement>('script[src^="blob:http"]')];

describe('Loading chargebee.js', () => {
  afterEach(() => FakeChargebee.uninstall());

  const missing = (chargebee = new FakeChargebee()) =>
    setup({ script: 'missing', scriptUrl: scriptThatInstalls(chargebee) });

  it('happens once, however often it is requested', async () => {
    const { service } = missing();
    await Promise.all([service.preload(), service.preload()]);
    await service.preload();
    expect(scripts().length).toBe(1);
  });

  it('is skipped if it is loaded already', async () => {
    const { service } = setup();
    await service.preload();
    expect(scripts()).toEqual([]);
  });

  it('happens even if an element of the page has the id Chargebee', async () => {
    const element = document.createElement('div');
    element.id = 'Chargebee';
    document.body.append(element);
    const chargebee = new FakeChargebee();
    const { service } = missing(chargebee);
    try {
      await service.open();
      expect(chargebee.instance?.tokens).toEqual(['token-1']);
    } finally {
      element.remove();
    }
  });

  it('uses Chargebee’s URL by default', async () => {
    const append = spyOn(document.head, 'append');
    const failure = rejection(setup({ script: 'missing', scriptUrl: null }).service.preload());
    for (let attempt = 1; attempt <= 3; attempt++) {
      const appended = () => appendedScripts(append, 'https://js.chargebee.com/v2/chargebee.js');
      await until(() => appended().length === attempt);
      appended().at(-1)?.dispatchEvent(new Event('error'));
    }
    // Otherwise the script would be loaded again in a later spec.
    await failure;
  });

  it('uses the script element that other code has added', async () => {
    const chargebee = new FakeChargebee();
    const scriptUrl = scriptThatInstalls(chargebee);
    const theirs = document.createElement('script');
    theirs.src = scriptUrl;
    document.head.append(theirs);
    const { service } = setup({ script: 'missing', scriptUrl });
    await service.preload();
    expect(scripts()).toEqual([theirs]);
  });

  it('is retried after a failure', async () => {
    const chargebee = new FakeChargebee();
    Object.assign(window, { loadsOfTheScript: 0, fakeThatComesLate: chargebee });
    const { service } = setup({
      script: 'missing',
      scriptUrl: scriptOf(
        'if (window.loadsOfTheScript++) window.Chargebee = window.fakeThatComesLate;',
      ),
    });
    await service.preload();
    await service.open();
    expect(chargebee.instance?.tokens).toEqual(['token-1']);
  });

  it('fails after three attempts, removes its elements, and can be repeated', async () => {
    const scriptUrl = scriptOf('// It defines nothing.');
    const append = spyOn(document.head, 'append').and.callThrough();
    const attempts = () => appendedScripts(append, scriptUrl);
    const { service } = setup({ script: 'missing', scriptUrl });
    await rejection(service.preload());
    expect(attempts().length).toBe(3);
    expect(scripts().filter(({ src }) => src === scriptUrl)).toEqual([]);
    await rejection(service.preload());
    expect(attempts().length).toBe(6);
  });

  it('fails after fifteen seconds, without another attempt', async () => {
    jasmine.clock().install();
    try {
      const append = spyOn(document.head, 'append');
      const scriptUrl = brokenScript();
      const { service } = setup({ script: 'missing', scriptUrl });
      const failure = rejection(service.preload());
      jasmine.clock().tick(15_000);
      expect(await failure).toEqual(jasmine.objectContaining({ code: 'SCRIPT_UNAVAILABLE' }));
      expect(appendedScripts(append, scriptUrl).length).toBe(1);
    } finally {
      jasmine.clock().uninstall();
    }
  });

  it('warns in the console once when it fails', async () => {
    const warn: jasmine.Spy<(text: string) => void> = spyOn(console, 'warn');
    // Another URL than in other specs, whose scripts may still be retried.
    const { service } = setup({ script: 'missing', scriptUrl: 'blob:refused' });
    spyOn(document.head, 'append').and.throwError('refused');
    await rejection(service.preload());
    await rejection(service.preload());
    const warnings = warn.calls
      .allArgs()
      .flat()
      .filter((text) => text.includes('blob:refused'));
    expect(warnings).toEqual([
      jasmine.stringMatching(/could not be loaded from blob:refused.*script-src/s),
    ]);
  });

  it('fails if the page’s CSP refuses it, with the browser’s error as the cause', async () => {
    const cause = new TypeError('This document requires TrustedScriptURL assignment.');
    const { service } = missing();
    spyOn(document.head, 'append').and.throwError(cause);
    expect(await rejection(service.preload())).toEqual(
      jasmine.objectContaining({ code: 'SCRIPT_UNAVAILABLE', cause }),
    );
  });

  it('passes the page’s CSP nonce to the element and to chargebee.js', async () => {
    const chargebee = new FakeChargebee();
    const { service } = setup({
      script: 'missing',
      scriptUrl: scriptThatInstalls(chargebee),
      providers: [{ provide: CSP_NONCE, useValue: 'r4nd0m' }],
    });
    await service.open();
    expect(scripts()[0].nonce).toBe('r4nd0m');
    expect(chargebee.inits).toEqual([jasmine.objectContaining({ cspNonce: 'r4nd0m' })]);
  });
});
