import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SchematicsException } from '@angular-devkit/schematics';
import type TypeScriptModule from 'typescript';

type TypeScript = typeof TypeScriptModule;

/** The TypeScript compiler that comes with the Angular CLI, or else the workspace's own. */
export const ts: TypeScript = loadTypeScript();

/**
 * `@schematics/angular` 21 bundles TypeScript, 22 depends on it. The package cannot depend on TypeScript itself: every
 * app would install it a second time. Where packages see their own dependencies alone (pnpm, Yarn PnP) it is found from
 * the running CLI's file.
 */
function loadTypeScript(): TypeScript {
  for (const base of [__filename, realpathSync(process.argv[1])]) {
    const fromHere = createRequire(base);
    const found =
      load(
        fromHere,
        '@schematics/angular/third_party/github.com/Microsoft/TypeScript/lib/typescript',
      ) ??
      loadBeside(fromHere, '@schematics/angular/package.json') ??
      load(fromHere, 'typescript');
    if (found) return found;
  }
  throw new SchematicsException(
    'ng add needs TypeScript’s compiler API, which neither the Angular CLI nor this workspace provides. Run `npm install --save-dev typescript`.',
  );
}

function loadBeside(from: NodeJS.Require, manifest: string): TypeScript | undefined {
  try {
    return load(createRequire(from.resolve(manifest)), 'typescript');
  } catch {
    return undefined;
  }
}

/** Loads a module when it is TypeScript with its JavaScript API. */
function load(from: NodeJS.Require, id: string): TypeScript | undefined {
  try {
    const loaded = from(id) as Partial<TypeScript>;
    return typeof loaded.createProgram === 'function' ? (loaded as TypeScript) : undefined;
  } catch {
    return undefined;
  }
}
