import { readFile } from 'node:fs/promises';
import { documentedBehaviours } from './documented.js';

describe('The documented behaviours', () => {
  it('are listed in the guide', async () => {
    const guide = await readFile(new URL('../../docs/chargebee-js.md', import.meta.url), 'utf8');
    const explained = [...guide.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, name]) => name);
    expect(explained).toEqual(Object.keys(documentedBehaviours));
  });
});
