import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { browserScripts, writeBrowserScripts } from './browser-scripts.js';

describe('browser scripts', () => {
  it('are bundled into one file each, without imports or source maps', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'browser-scripts-'));
    try {
      await writeBrowserScripts(pathToFileURL(`${folder}/built/`));
      for (const name of Object.keys(browserScripts)) {
        const script = await readFile(join(folder, 'built', `${name}.js`), 'utf8');
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
