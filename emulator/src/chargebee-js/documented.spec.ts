import { readFile } from 'node:fs/promises';
import { documentedBehaviours } from './documented.js';

describe('The switches to documented behaviour', () => {
  it('are those that the guide explains', async () => {
    const guide = await readFile(new URL('../../docs/chargebee-js.md', import.meta.url), 'utf8');
    const explained = [...guide.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, name]) => name);
    expect(explained).toEqual(Object.keys(documentedBehaviours));
  });
});
