import { readFile } from 'node:fs/promises';
import { ignoredOptions, leftOutCallbacks, leftOutMembers } from './browser/left-out.js';

describe('What chargebee.js has not', () => {
  it('is told by the guide', async () => {
    const guide = await readFile(new URL('../../docs/chargebee-js.md', import.meta.url), 'utf8');
    for (const name of [...leftOutMembers, ...ignoredOptions, ...leftOutCallbacks]) {
      expect(guide).toContain(`\`${name}\``);
    }
  });
});
