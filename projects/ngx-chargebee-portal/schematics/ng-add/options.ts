import { SchematicsException } from '@angular-devkit/schematics';
import type { Schema } from './schema';

/** The answers, checked. */
export interface Options {
  readonly project: string | undefined;
  readonly site: string;
  readonly backend: 'http' | 'apollo';
  readonly url: string;
}

/** Checks what was answered; a wrong answer is an error that tells what it must be. */
export function readOptions({ project, site, backend = 'http', url }: Schema): Options {
  return { project, site: checkedSite(site), backend, url: checkedUrl(url) };
}

/** A string as a literal of TypeScript, in the quotes that Angular's own files have. */
export function literal(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}

function checkedSite(site: string): string {
  const name = site.trim();
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(name)) return name;
  throw new SchematicsException(
    `"${site}" is not the name of a Chargebee site. Give what stands before .chargebee.com, such as acme-test.`,
  );
}

function checkedUrl(url: string): string {
  const address = url.trim();
  const isPath = /^\/(?!\/)\S*$/.test(address);
  if (isPath || (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol))) {
    return address;
  }
  throw new SchematicsException(
    `"${url}" is not a URL. Give the backend's GraphQL endpoint, such as https://api.example.com/graphql or /graphql.`,
  );
}
