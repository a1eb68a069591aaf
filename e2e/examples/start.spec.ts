import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { portIsFree } from '../../scripts/lib/ports.mjs';
import { root } from '../../scripts/lib/programs.mjs';
import { endScriptsAfterEach, npm } from '../support/npm-script.js';
import { PAGES } from './stack.js';

endScriptsAfterEach();

for (const name of PAGES) {
  test(`npm start -w examples/${name} serves the page for the emulator of npm start`, async ({
    request,
  }) => {
    test.skip(!(await portIsFree(4300)), 'port 4300 is in use');
    const readme = readFileSync(join(root, 'examples', name, 'README.md'), 'utf8');
    expect(readme).toContain(`npm start -w examples/${name}`);

    const vite = npm(['start', '-w', `examples/${name}`], { NO_COLOR: '1' });
    await expect.poll(vite.output).toContain('http://localhost:4300');
    const html = await (await request.get('http://localhost:4300/')).text();
    expect(html).toContain('http://localhost:4010/v2/chargebee.js');
    const [, script = ''] = /<script[^>]*src="(\/(?:src|billing)[^"]*)"/.exec(html) ?? [];
    expect((await request.get(`http://localhost:4300${script}`)).ok()).toBe(true);
    vite.interrupt();
    await vite.exited;
  });
}
