import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Returns the version of the package. */
export function readVersion(): string {
  // Resolved by package name, since this module is bundled into another folder.
  const file = createRequire(import.meta.url).resolve('chargebee-portal-server/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
