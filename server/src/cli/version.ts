import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The version of the package. */
export function readVersion(): string {
  // By the package's own name: this module is bundled into a file of another folder.
  const file = createRequire(import.meta.url).resolve('chargebee-portal-server/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
