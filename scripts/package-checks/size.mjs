// Checks how many bytes (gzip) the library adds to a production app. The app is built without Apollo, which must be optional.
import { measureLibrarySize } from '../lib/library-size.mjs';

/**
 * In bytes. The goal is 7,000. The state shared by all copies of the library, the fallbacks within the click and the
 * identity checks exceed it, but the size must not grow further.
 */
const LIMIT = 10_000;

const { library, parts, features, growth } = measureLibrarySize();
console.log(`The library's code adds ${library} bytes (gzip) to the app, of at most ${LIMIT}:`);
parts.forEach(report);
console.log('Each of these adds, when an app uses it:');
features.forEach(report);
console.log(
  `The app grows by ${growth} bytes (gzip), with the parts of Angular and RxJS that it needs.`,
);
// So small a size means that the measurement did not find the library's code.
if (library > LIMIT || library < 1_000) process.exitCode = 1;

function report({ name, bytes }) {
  console.log(`  ${String(bytes).padStart(5)}  ${name}`);
}
