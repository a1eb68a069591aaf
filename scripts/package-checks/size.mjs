// How much the library's code adds to a production app, by gzip, with what each part of it costs; and that an app without
// Apollo needs none of it.
import { measureLibrarySize } from '../lib/library-size.mjs';

/**
 * In bytes. The goal is 7,000: the one record per page, the fallbacks within the click and the identity checks took it
 * beyond that. It must not grow further.
 */
const LIMIT = 9_700;

const { library, parts, features, growth } = measureLibrarySize();
console.log(`The library's code adds ${library} bytes (gzip) to the app, of at most ${LIMIT}:`);
parts.forEach(report);
console.log('Each of these adds, when an app uses it:');
features.forEach(report);
console.log(
  `The app grows by ${growth} bytes (gzip), with what it takes of Angular and RxJS for it.`,
);
// Less than this is no measure of the library: nothing was found of it.
if (library > LIMIT || library < 1_000) process.exitCode = 1;

function report({ name, bytes }) {
  console.log(`  ${String(bytes).padStart(5)}  ${name}`);
}
