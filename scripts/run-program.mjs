// `npm run server` and `npm run emulator`: builds the program if needed and starts it, with this process's environment and
// arguments.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './lib/programs.mjs';
import { buildStale, targets } from './lib/build-targets.mjs';

const [name, ...args] = process.argv.slice(2);
await buildStale([name]);

const child = spawn(process.execPath, [join(root, targets[name].output), ...args], {
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to the whole process group, so the program gets it without our help.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
