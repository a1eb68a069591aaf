import { createChargebee, registerLinks } from './chargebee.js';

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;

// A script loaded twice leaves the first one's instance alone.
if (!('Chargebee' in window)) {
  const chargebee = createChargebee(new URL(script?.src ?? location.href).origin);
  Object.assign(window, { Chargebee: chargebee });

  const site = script?.dataset.cbSite;
  if (site) {
    chargebee.init({ site, domain: script.dataset.cbDomain });
    const register = (): void => registerLinks(() => chargebee.getInstance());
    if (document.readyState === 'loading') {
      document.addEventListener('DOMContentLoaded', register);
    } else register();
  }
}
