import { expect, test } from '@playwright/test';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../scripts/lib/ports.mjs';
import { root } from '../scripts/lib/programs.mjs';

const guide = readFileSync(join(root, 'docs/server/scaling.md'), 'utf8');
const section = /\n### Try it on your machine\n([\s\S]*?)\n### /.exec(guide)?.[1] ?? '';
const [start = '', ask = ''] = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(
  ([, block = '']) => block,
);

test('two instances started as in docs/server/scaling.md reject calls for 72 seconds after Redis has started', async ({
  request,
}) => {
  const ports: Record<string, number> = {};
  for (const port of ['4001', '4002', '4010', '6379']) ports[port] = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'two-instances-'));
  /** Changes a block of the guide: uses free ports, and omits the build. */
  const script = (block: string) =>
    block
      .replaceAll(/\b(4001|4002|4010|6379)\b/g, (port) => String(ports[port]))
      .replace(/^npm ci .*$/m, '')
      .replaceAll(/^npm run.* emulator/gm, `PORT=${ports['4010']} $&`)
      .replace('redis-server', `redis-server --port ${ports['6379']} --dir ${folder}`)
      .replaceAll('billing.env', join(folder, 'billing.env'));
  const group = spawn('bash', ['-c', `${script(start)}\nwait`], {
    cwd: root,
    detached: true,
    stdio: 'ignore',
  });
  try {
    for (const port of [ports['4001'], ports['4002']]) {
      await expect
        .poll(() =>
          request.get(`http://localhost:${port}/readyz`).then(
            (answer) => answer.status(),
            () => 0,
          ),
        )
        .toBe(200);
    }
    const answers = execFileSync('bash', ['-c', script(ask)], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(answers.match(/HTTP\/1\.1 429/g)).toHaveLength(2);
    const waits = [...answers.matchAll(/^retry-after: (\d+)/gm)].map(([, seconds]) =>
      Number(seconds),
    );
    expect(Math.max(...waits)).toBeLessThanOrEqual(72);
    expect(Math.min(...waits)).toBeGreaterThan(30);
  } finally {
    process.kill(-(group.pid ?? 0), 'SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
