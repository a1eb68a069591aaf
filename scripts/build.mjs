// `npm run build [room…]`: builds everything, or the rooms named, in the order in which they depend on each other.
import { buildAll, rooms } from './lib/rooms.mjs';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in rooms));
if (unknown.length) {
  console.error(
    `There is nothing to build named ${unknown.join(', ')}. There are: ${Object.keys(rooms).join(', ')}.`,
  );
  process.exit(1);
}
try {
  await buildAll(wanted.length ? wanted : Object.keys(rooms), {
    onBuilt: (name) => console.log(`built ${rooms[name].output.split('/').slice(0, 2).join('/')}`),
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
