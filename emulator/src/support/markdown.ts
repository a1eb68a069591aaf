import { readSupport } from './support.js';

const formatNames = (names: readonly string[]): string =>
  names.map((name) => `\`${name}\``).join(', ');

/** Returns `docs/support.md`: the page at `/support` as Markdown. */
export function supportMarkdown(): string {
  const { groups, events, members } = readSupport();
  const calls = groups.flatMap((group) => group.calls);
  const groupsOf = (isEmulated: boolean) =>
    groups
      .map(({ name, calls }) => ({ name, calls: calls.filter((c) => c.emulated === isEmulated) }))
      .filter(({ calls }) => calls.length > 0);
  return `# Supported parts of Chargebee

This page is generated from the emulator and from Chargebee's SDK, and a test checks it against a running emulator, which shows it at
\`/support\`.

The emulator supports ${calls.filter(({ emulated }) => emulated).length} of the ${calls.length} calls of Chargebee's API and ${events.emulated.length} of its ${events.emulated.length + events.missing.length} events. The response to other calls is 501, with
the code \`not_emulated\` and the header \`x-chargebee-emulator-not-emulated\`. Parameters that Chargebee has and the emulator does not
support are ignored, and listed in the header \`x-chargebee-emulator-ignored-parameters\`; in strict mode they are rejected. Parameters
that Chargebee does not have are always rejected.

## Emulated calls
${groupsOf(true)
  .map(
    ({ name, calls }) => `
### ${name}

| call | supported parameters | ignored parameters |
|---|---|---|
${calls.map(({ call, supported, ignored }) => `| \`${call}\` | ${formatNames(supported)} | ${formatNames(ignored)} |`).join('\n')}
`,
  )
  .join('')}
## Emulated events

${formatNames(events.emulated)}

## Members of chargebee.js

${formatNames(members.emulated)}. [The guide](chargebee-js.md) describes them.

## Not emulated

### Members of chargebee.js

${formatNames(members.missing)}

### Events

${formatNames(events.missing)}

### Calls

${groupsOf(false)
  .map(({ name, calls }) => `- ${name}: ${formatNames(calls.map(({ call }) => call))}`)
  .join('\n')}
`;
}
