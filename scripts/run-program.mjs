// `npm run server` and `npm run emulator`: starts one built program, configured by its environment and arguments.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './lib/programs.mjs';
import { buildStale, rooms } from './lib/rooms.mjs';

const [name, ...args] = process.argv.slice(2);
await buildStale([name]);

const child = spawn(process.execPath, [join(root, rooms[name].output), ...args], {
  stdio: 'inherit',
});
// A Ctrl-C reaches the program by itself: it is for the whole group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
