// `npm run build [room…]`: builds everything, or the rooms named, in the order in which they depend on each other.
import { build, rooms } from './lib/rooms.mjs';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in rooms));
if (unknown.length) {
  console.error(
    `There is nothing to build named ${unknown.join(', ')}. There are: ${Object.keys(rooms).join(', ')}.`,
  );
  process.exit(1);
}
for (const name of Object.keys(rooms)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(`build ${name}`);
  if (!(await build(name))) {
    console.error(`${name} could not be built.`);
    process.exit(1);
  }
  console.log(`built ${rooms[name].output.split('/').slice(0, 2).join('/')}`);
}
