import { readSupport } from './support.js';

const formatNames = (names: readonly string[]): string =>
  names.map((name) => `\`${name}\``).join(', ');

/** Returns the support page as Markdown. */
export function supportMarkdown(): string {
  const { groups, events, members } = readSupport();
  const calls = groups.flatMap((group) => group.calls);
  const emulatedGroups = groups
    .map(({ name, calls }) => ({ name, calls: calls.filter(({ emulated }) => emulated) }))
    .filter(({ calls }) => calls.length > 0);
  const missingGroups = groups
    .map(({ name, calls }) => ({ name, calls: calls.filter(({ emulated }) => !emulated) }))
    .filter(({ calls }) => calls.length > 0);
  return `# What the emulator has of Chargebee

This page is made from the emulator itself and from Chargebee's SDK; a test checks each line against a running emulator. A running emulator
shows it at \`/support\`.

Of the ${calls.length} calls of Chargebee's API it answers ${calls.filter(({ emulated }) => emulated).length}, and it makes ${events.emulated.length} of ${events.emulated.length + events.missing.length} events. A call that it does not have is
answered 501, with the code \`not_emulated\` and the header \`x-chargebee-emulator-not-emulated\`. A parameter of Chargebee's
that it does not use is ignored, and named in the header \`x-chargebee-emulator-ignored-parameters\`; in strict mode it is refused. A
parameter that Chargebee does not have is refused.

## Calls that it answers
${emulatedGroups
  .map(
    ({ name, calls }) => `
### ${name}

| call | parameters | of Chargebee's parameters it ignores |
|---|---|---|
${calls.map(({ call, taken, ignored }) => `| \`${call}\` | ${formatNames(taken)} | ${formatNames(ignored)} |`).join('\n')}
`,
  )
  .join('')}
## Events that it makes

${formatNames(events.emulated)}

## Members of chargebee.js that it has

${formatNames(members.emulated)}. [The guide](chargebee-js.md) tells of them.

## What it does not have

### Members of chargebee.js

${formatNames(members.missing)}

### Events

${formatNames(events.missing)}

### Calls

${missingGroups.map(({ name, calls }) => `- ${name}: ${formatNames(calls.map(({ call }) => call))}`).join('\n')}
`;
}
