// Checks a fenced block of the docs by its language. Those in TypeScript and HTML are compiled by compile-snippets.mjs.
import { buildSchema, parse, validate } from 'graphql';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/programs.mjs';
import { commands } from './commands.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');
const schema = buildSchema(read('schema.graphql'));
const configuration = read('docs/server/configuration.md');
const packageScripts = JSON.parse(read('package.json')).scripts;

/**
 * The check of each language: returns the problems.
 * @type {Record<string, (code: string) => string[]>}
 */
const checks = {
  sh: (code) => commandsIn(code).flatMap(checkCommand),
  bash: (code) => commandsIn(code).flatMap(checkCommand),
  json: (code) => messagesOf(() => void JSON.parse(code)),
  graphql: (code) => messagesOf(() => validate(schema, parse(code))),
  dotenv: checkVariables,
  mermaid: () => [],
  // For diagrams and program output. Commands belong in a `sh` fence.
  text: (code) =>
    /^(\$|npm|npx|node|ng|curl|docker|git) /m.test(code)
      ? ['a command in a fence of language "text" is not checked by anything']
      : [],
};

/**
 * Returns the problems of a block.
 * @param {{ language: string, code: string }} fence
 * @returns {string[]}
 */
export function checkFence({ language, code }) {
  const check = checks[language];
  return check ? check(code) : [`a fence of language "${language}" is not checked by anything`];
}

/** Returns the commands of a shell script. Files that it writes are compiled by the test that runs it. */
function commandsIn(script) {
  return script
    .replaceAll(/(<<'EOF')\n[\s\S]*?^EOF$/gm, '$1')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'));
}

/** Every command must be run by a test. */
function checkCommand(line) {
  return line.split('&&').flatMap((part) => {
    const command = part.trim();
    const script = /^npm run (?:--silent )?([\w:-]+)/.exec(command)?.[1];
    const known = commands.find(({ pattern }) => pattern.test(command));
    const problems = [];
    if (script && !(script in packageScripts)) {
      problems.push(`there is no script "${script}" in package.json`);
    }
    if (!known) {
      problems.push(
        `no test runs "${command}"; add it to scripts/docs/commands.mjs with one that does`,
      );
    } else if (!existsSync(join(root, known.test))) {
      problems.push(`${known.test}, which should run "${command}", is not there`);
    }
    return problems;
  });
}

function checkVariables(code) {
  // A secret can be given as NAME_FILE too.
  return [...code.matchAll(/^(\w+?)(?:_FILE)?=/gm)]
    .filter(([, variable]) => !configuration.includes(`\`${variable}\``))
    .map(([, variable]) => `the server has no variable ${variable}`);
}

/** Returns the messages of the errors that a function returns or throws. */
function messagesOf(check) {
  try {
    return (check() ?? []).map(({ message }) => message);
  } catch (error) {
    return [error.message];
  }
}
