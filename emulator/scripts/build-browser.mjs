// Bundles the browser scripts into the build output. Run with `--import tsx`, as `npm run build` does.
import { writeBrowserScripts } from '../src/browser-scripts.ts';

await writeBrowserScripts(new URL('../dist/browser/', import.meta.url));
