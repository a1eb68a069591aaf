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
  chargebee-emulator env [options]  prints environment variables for programs that use it

Options, with the equivalent environment variables; lists are comma-separated:
${optionLines}  -h, --help
      shows this help
  -v, --version
      shows the version
`;
}
