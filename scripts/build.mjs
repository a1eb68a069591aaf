// `npm run build [target…]`: builds everything, or the named targets, in dependency order.
import { buildAll, targets } from './lib/build-targets.mjs';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in targets));
if (unknown.length) {
  console.error(
    `There is nothing to build named ${unknown.join(', ')}. There are: ${Object.keys(targets).join(', ')}.`,
  );
  process.exit(1);
}
try {
  await buildAll(wanted.length ? wanted : Object.keys(targets), {
    onBuilt: (name) =>
      console.log(`built ${targets[name].output.split('/').slice(0, 2).join('/')}`),
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
