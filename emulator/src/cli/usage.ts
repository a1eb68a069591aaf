import { OPTIONS } from '../options.js';

/** Returns the text of `--help`: every command, option and variable. */
export function usage(): string {
  const optionLines = OPTIONS.map(({ flag, value, variable, description, defaultValue }) => {
    const usage = value ? `--${flag} <${value}>` : `--${flag}`;
    return `  ${usage}\n      ${description}\n      ${variable}; default: ${defaultValue}\n`;
  }).join('');
  return `chargebee-emulator: a local Chargebee for development and tests

Usage:
  chargebee-emulator [options]      starts the emulator
  chargebee-emulator env [options]  prints the variables of programs that run beside it

Options, each with the environment variable that does the same; lists are divided by commas:
${optionLines}  -h, --help
      shows this
  -v, --version
      shows the version
`;
}
