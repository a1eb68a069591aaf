import { createChargebee, registerLinks } from './chargebee.js';
import { script, scriptUrl } from './script.js';

// When the script is loaded twice, keep the first instance.
if (!('Chargebee' in window)) {
  const chargebee = createChargebee(scriptUrl.origin);
  Object.assign(window, { Chargebee: chargebee });

  const { cbSite: site, cbDomain: domain } = script?.dataset ?? {};
  if (site) {
    chargebee.init({ site, domain });
    const register = (): void => registerLinks(() => chargebee.getInstance());
    if (document.readyState === 'loading') {
      document.addEventListener('DOMContentLoaded', register);
    } else register();
  }
}
