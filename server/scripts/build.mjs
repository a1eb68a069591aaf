// `npm run build`: compiles the library to modules with declarations, and bundles the program.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleProgram, bundleSdk } from './bundle.mjs';
import { thirdPartyNotices } from './notices.mjs';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${packageRoot}dist`;

rmSync(outdir, { recursive: true, force: true });
const { status } = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], {
  cwd: packageRoot,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
await bundleSdk(outdir);
const { metafile } = await bundleProgram(outdir);
writeFileSync(`${outdir}/THIRD-PARTY-NOTICES.txt`, thirdPartyNotices(metafile));
