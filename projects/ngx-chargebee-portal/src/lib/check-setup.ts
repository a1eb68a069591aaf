import type { PortalFeature } from './features';
import type { PortalConfig } from './portal-config';
import { PortalError } from './portal-error';

// Plain http is for this very machine: for the emulator.
const ORIGIN = /^(https:\/\/[^/?#@]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)$/;

const ONLY_ONE: Partial<Record<keyof PortalFeature, string>> = {
  makeBackend: 'backend',
  identitySource: 'identity',
  scriptUrl: 'scriptUrl',
};

const wrong = (message: string) => new PortalError('NOT_CONFIGURED', message);

/** Throws when the portal cannot work as it is set up, saying what to write instead; warns when it is not safe. */
export function checkSetup({ site, domain }: PortalConfig, features: PortalFeature[]): void {
  if (!/^[\w-]+$/.test(site)) {
    throw wrong(`site: "${site}" is no site's name; write "acme" for https://acme.chargebee.com.`);
  }
  if (domain && !ORIGIN.test(domain)) {
    throw wrong(
      `domain: "${domain}" is no https origin; write it as https://billing.example.com, without a path.`,
    );
  }
  const kinds = features.flatMap((feature) => Object.keys(feature) as (keyof PortalFeature)[]);
  const twice = kinds.find((kind, i) => kind in ONLY_ONE && kinds.indexOf(kind) < i);
  if (twice) throw wrong(`provideChargebeePortal() takes one ${ONLY_ONE[twice]}.`);
  if (!kinds.includes('makeBackend')) {
    throw wrong(
      'No backend: add withApollo(), withGraphql({ url }) or withBackend() to provideChargebeePortal().',
    );
  }
  if (!kinds.includes('identitySource')) {
    console.warn(
      'ngx-chargebee-portal does not know who is signed in: add withIdentity(() => …) to provideChargebeePortal(), ' +
        'or the next user of a page sees the portal of the last one.',
    );
  }
}
