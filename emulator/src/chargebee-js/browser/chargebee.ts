import { isPageMessage } from '../messages.js';
import { asDocumented } from './documented.js';
import { Instance } from './instance.js';
import { sections } from './sections.js';
import { notEmulated } from './stubs.js';
import type { Chargebee, InitOptions } from './types.js';

/** The type of `window.Chargebee`: Chargebee's own type, reduced to the members for the portal, hosted pages and drop-in links. */
export type ChargebeeStatic = Omit<Chargebee, 'init' | 'getInstance' | 'getPortalSections'> & {
  init(options: InitOptions): Instance;
  getInstance(): Instance;
  getPortalSections(): typeof sections;
};

/** Creates `window.Chargebee`. @param scriptOrigin The origin that served this script. */
export function createChargebee(scriptOrigin: string): ChargebeeStatic {
  let instance: Instance | undefined;
  // A cart that a page still holds after tearDown() opens checkouts of the instance it was created by.
  const instances: Instance[] = [];

  const listener = (event: MessageEvent): void => {
    const data: unknown = event.data;
    if (isPageMessage(data)) instances.forEach((one) => one.receive(event, data));
  };

  const init = (options: InitOptions): Instance => {
    if (instance) {
      if (asDocumented('second-init')) throw new Error('Chargebee: already initialized.');
      console.warn('Chargebee: already initialized. The existing instance is used.');
      return instance;
    }
    instance = new Instance(options, scriptOrigin);
    instances.push(instance);
    // Like the real script, add a new function each time: listeners that tearDown() leaves behind add up, and each event is reported again.
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

const registeredElements = new WeakSet<Element>();

/** Makes `data-cb-type="portal"` elements open the portal, and `checkout` elements a checkout. Elements of other types log a warning that they are not emulated. */
export function registerLinks(getInstance: () => Instance): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-cb-type]')) {
    if (registeredElements.has(element)) continue;
    registeredElements.add(element);
    element.addEventListener('click', (event) => {
      event.preventDefault();
      const { cbType: type } = element.dataset;
      const instance = getInstance();
      if (type === 'portal') instance.createChargebeePortal().open();
      else if (type === 'checkout') {
        instance.getCart().replaceProduct(instance.getProduct(element)).proceedToCheckout();
      } else console.warn(notEmulated(`data-cb-type="${type}"`));
    });
  }
}
