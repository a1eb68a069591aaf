// Collects the licences of the packages in a bundle: most require that they are included in every copy.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENCE = /^(licen[cs]e|notice|copying)/i;

/**
 * @param {import('esbuild').Metafile} metafile The metafile of the bundle
 * @returns {string} The name, version, licence and licence text of each package
 */
export function thirdPartyNotices({ inputs }) {
  const folders = Object.keys(inputs).flatMap((file) => PACKAGE.exec(file)?.[0] ?? []);
  const notices = [...new Set(folders)].map((folder) => noticeOf(resolve(folder)));
  // The same version of a package can be installed twice.
  return [...new Set(notices)].sort().join('\n\n');
}

function noticeOf(folder) {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => LICENCE.test(file))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
  return [`${manifest.name} ${manifest.version} (${licenceOf(manifest)})`, ...texts].join('\n\n');
}

/** Some packages still use `licenses`, npm's former property. */
function licenceOf({ name, license, licenses }) {
  const licence = license ?? licenses?.map(({ type }) => type).join(' OR ');
  if (!licence) throw new Error(`The manifest of ${name} names no licence.`);
  return licence;
}
