import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SchematicsException } from '@angular-devkit/schematics';
import type TypeScriptModule from 'typescript';

type TypeScript = typeof TypeScriptModule;

/** The TypeScript compiler of the Angular CLI, or else of the workspace. */
export const ts: TypeScript = loadTypeScript();

/**
 * Loads TypeScript from `@schematics/angular`: version 21 bundles it, version 22 depends on it. This library does not depend on
 * TypeScript itself, since every app would install it a second time. With pnpm and Yarn PnP a package can only load its own
 * dependencies, so it is also searched from the file of the running CLI.
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

/** Loads a module. Returns undefined if it is not TypeScript with the compiler API. */
function load(from: NodeJS.Require, id: string): TypeScript | undefined {
  try {
    const loaded = from(id) as Partial<TypeScript>;
    return typeof loaded.createProgram === 'function' ? (loaded as TypeScript) : undefined;
  } catch {
    return undefined;
  }
}
