import { isPageMessage } from '../messages.js';
import { asDocumented } from './documented.js';
import { Instance } from './instance.js';
import { sections } from './sections.js';
import type { Chargebee, InitOptions, PortalInstance } from './types.js';

/** `window.Chargebee`: of its types' members those that concern the portal and hosted pages, on an instance that has the same. */
export type ChargebeeStatic = Omit<Chargebee, 'init' | 'getInstance' | 'getPortalSections'> & {
  init(options: InitOptions): PortalInstance;
  getInstance(): PortalInstance;
  getPortalSections(): typeof sections;
};

/** Makes `window.Chargebee`. `scriptOrigin` is where this script came from. */
export function createChargebee(scriptOrigin: string): ChargebeeStatic {
  let instance: Instance | undefined;

  const listener = (event: MessageEvent): void => {
    if (isPageMessage(event.data)) instance?.receive(event, event.data);
  };

  const init = (options: InitOptions): Instance => {
    if (instance) {
      if (asDocumented('second-init')) throw new Error('Chargebee: already initialized.');
      console.warn('Chargebee: already initialized. The existing instance is used.');
      return instance;
    }
    instance = new Instance(options, scriptOrigin);
    // A function of its own each time: left behind by tearDown(), listeners add up, and events arrive as often.
    window.addEventListener('message', asDocumented('tear-down') ? listener : (e) => listener(e));
    return instance;
  };

  const getInstance = (): Instance => {
    if (!instance) throw new Error('Chargebee: not initialized. Call Chargebee.init() first.');
    return instance;
  };

  return {
    init,
    getInstance,
    getPortalSections: () => sections,
    tearDown: () => {
      instance?.closeAll();
      instance = undefined;
      if (asDocumented('tear-down')) window.removeEventListener('message', listener);
    },
    registerAgain: () => registerLinks(getInstance),
  };
}

const registered = new WeakSet<Element>();

/** Makes the page's `data-cb-type="portal"` elements open the portal. */
export function registerLinks(getInstance: () => PortalInstance): void {
  for (const element of document.querySelectorAll('[data-cb-type="portal"]')) {
    if (registered.has(element)) continue;
    registered.add(element);
    element.addEventListener('click', (event) => {
      event.preventDefault();
      getInstance().createChargebeePortal().open();
    });
  }
}
