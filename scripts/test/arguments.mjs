// The command line of `npm test`.
import { suites } from './suites.mjs';

export const usage = `npm test                         every suite
npm test <suite> [<suite>…]      the suites named
npm test <suite> <file>…         some files of a suite, or a folder of them
npm test <suite> -- --watch      run it again when a file changes
npm test -- --list               the names of the suites`;

/**
 * @param {string[]} args
 * @returns {{ names: string[], files: string[], watch: boolean, list: boolean }}
 * @throws {Error} with a message for the developer, for unknown or contradictory arguments
 */
export function parseArguments(args) {
  const flags = args.filter((arg) => arg.startsWith('-'));
  const unknownFlag = flags.find((flag) => !['--watch', '--list'].includes(flag));
  if (unknownFlag) throw new Error(`There is no option ${unknownFlag}.\n\n${usage}`);

  const positionals = args.filter((arg) => !arg.startsWith('-'));
  const named = positionals.filter((name) => name in suites);
  const files = positionals.filter((name) => !(name in suites));
  const watch = flags.includes('--watch');
  const [first] = named;

  if (files.length && named.length !== 1) {
    throw new Error(
      `There is no suite "${files[0]}". If it is a file or a folder, give exactly one suite with it.\n` +
        `The suites are: ${Object.keys(suites).join(', ')}.\n\n${usage}`,
    );
  }
  if (files.length && !suites[first].only) {
    throw new Error(`The suite ${first} cannot run some of its files only. Give it without files.`);
  }
  if (watch && (named.length !== 1 || !suites[first].watch)) {
    const watchable = Object.keys(suites).filter((name) => suites[name].watch);
    throw new Error(`Give --watch with exactly one of these suites: ${watchable.join(', ')}.`);
  }
  return {
    names: Object.keys(suites).filter((name) => !named.length || named.includes(name)),
    files,
    watch,
    list: flags.includes('--list'),
  };
}
