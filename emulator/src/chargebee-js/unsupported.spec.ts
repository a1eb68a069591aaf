import { readFile } from 'node:fs/promises';
import { ignoredOptions, unsupportedCallbacks } from './browser/unsupported.js';
import {
  unsupportedCartMembers,
  unsupportedMembers,
  unsupportedProductMembers,
} from './members.js';

describe('what the emulator’s chargebee.js does not support', () => {
  it('is listed in the guide', async () => {
    const guide = await readFile(new URL('../../docs/chargebee-js.md', import.meta.url), 'utf8');
    for (const name of [
      ...unsupportedMembers,
      ...unsupportedCartMembers,
      ...unsupportedProductMembers,
      ...ignoredOptions,
      ...unsupportedCallbacks,
    ]) {
      expect(guide).toContain(`\`${name}\``);
    }
  });
});
