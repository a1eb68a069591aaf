import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { browserScripts, writeBrowserScripts } from './browser-scripts.js';

describe('The browser’s scripts', () => {
  it('are built to one file each, without imports and source maps', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'browser-scripts-'));
    try {
      await writeBrowserScripts(pathToFileURL(`${folder}/made/`));
      for (const name of Object.keys(browserScripts)) {
        const script = await readFile(join(folder, 'made', `${name}.js`), 'utf8');
        expect(script)
          .withContext(name)
          .not.toMatch(/^import |sourceMappingURL/m);
        expect(() => new Script(script))
          .withContext(name)
          .not.toThrow();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
