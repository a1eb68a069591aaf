// Leaves the browser's scripts beside the compiled server. Run with `--import tsx`, as `npm run build` does.
import { writeBrowserScripts } from '../src/browser-scripts.ts';

await writeBrowserScripts(new URL('../dist/browser/', import.meta.url));
