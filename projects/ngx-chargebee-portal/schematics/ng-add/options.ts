import { SchematicsException } from '@angular-devkit/schematics';
import type { Schema } from './schema';

/** The validated options of `ng add`. */
export interface Options {
  readonly project: string | undefined;
  readonly site: string;
  readonly backend: 'graphql' | 'apollo' | 'rest';
  /** Undefined only with `apollo`, if the portal is to use the app's own Apollo client. */
  readonly url: string | undefined;
  readonly local: boolean;
}

/** Validates the options. @throws SchematicsException that says what a wrong option must be */
export function readOptions(schema: Schema): Options {
  const { project, backend = 'graphql', local = false } = schema;
  return {
    project,
    site: checkSite(schema.site),
    backend,
    url: checkUrl(schema.url, backend),
    local,
  };
}

function checkSite(site = ''): string {
  const name = site.trim();
  // Names of Chargebee sites are lower-case, and provideChargebeePortal() accepts no others.
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(name)) return name.toLowerCase();
  throw new SchematicsException(
    `"${site}" is not the name of a Chargebee site. Set --site to what stands before .chargebee.com, such as acme-test.`,
  );
}

function checkUrl(url = '', backend: Options['backend']): string | undefined {
  const address = url.trim();
  if (address === '' && backend === 'apollo') return undefined;
  if (/^\/(?!\/)\S*$/.test(address) || isHttpUrl(address)) return address;
  const [what, example] =
    backend === 'rest'
      ? ['the address of your backend', 'https://api.example.com or /billing']
      : ['your backend’s GraphQL endpoint', 'https://api.example.com/graphql or /graphql'];
  throw new SchematicsException(`"${url}" is not a URL. Set --url to ${what}, such as ${example}.`);
}

/** Returns whether a text is an http(s) URL. `URL` alone would accept and remove line breaks and spaces. */
function isHttpUrl(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}
