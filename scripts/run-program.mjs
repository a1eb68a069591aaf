// `npm run server` and `npm run emulator`: starts one built program, configured by its environment and arguments.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, rooms } from './lib/rooms.mjs';
import { root } from './lib/programs.mjs';

const [name, ...args] = process.argv.slice(2);
const { output } = rooms[name];
if (!existsSync(join(root, output)) && !(await build(name))) process.exit(1);

const child = spawn(process.execPath, [join(root, output), ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
