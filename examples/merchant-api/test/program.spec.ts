import { freePort } from '../../../scripts/lib/ports.mjs';
import { startProgram } from '../../../scripts/lib/programs.mjs';

describe('the merchant API as a program', () => {
  for (const embedPortal of ['false', 'true']) {
    it(`exits with code 0 on SIGTERM, with EMBED_PORTAL=${embedPortal}`, async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const program = await startProgram({
        name: 'merchant',
        port,
        url,
        readyUrl: `${url}/healthz`,
        args: ['--import', 'tsx', 'examples/merchant-api/src/main.ts'],
        env: {
          PORT: String(port),
          EMBED_PORTAL: embedPortal,
          CHARGEBEE_BASE_URL: 'http://127.0.0.1:1',
          CHARGEBEE_SITE: 'acme-test',
          CHARGEBEE_API_KEY: 'test_emulator_key',
          CHARGEBEE_WEBHOOK_PASSWORD: 'secret',
          DATA_FOLDER: 'memory://',
        },
      });
      // After ten seconds, `stop` kills it, which gives another code.
      expect(await program.stop())
        .withContext(program.output())
        .toBe(0);
    }, 60_000);
  }
});
