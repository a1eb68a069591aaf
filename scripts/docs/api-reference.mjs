// Writes the API reference of the packages from the doc comments in their published type declarations.
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter, ReflectionKind } from 'typedoc';
import { root } from '../lib/programs.mjs';

/** The entry points in the order of the reference, with the path of their built declarations. */
export const entryPoints = [
  ['ngx-chargebee-portal', 'dist/ngx-chargebee-portal/types/ngx-chargebee-portal.d.ts'],
  [
    'ngx-chargebee-portal/apollo',
    'dist/ngx-chargebee-portal/types/ngx-chargebee-portal-apollo.d.ts',
  ],
  [
    'ngx-chargebee-portal/testing',
    'dist/ngx-chargebee-portal/types/ngx-chargebee-portal-testing.d.ts',
  ],
  [
    'ngx-chargebee-portal/testing/harness',
    'dist/ngx-chargebee-portal/types/ngx-chargebee-portal-testing-harness.d.ts',
  ],
  ['chargebee-portal-server', 'server/dist/index.d.ts'],
  ['chargebee-emulator', 'emulator/dist/index.d.ts'],
].map(([name, types]) => ({ name, types, page: name.replaceAll('/', '-') }));

/** Returns the name that TypeDoc gives a module: the path of its declarations, without `/index.d.ts` or `.d.ts`. */
const moduleNameOf = ({ types }) => types.replace(/(\/index)?\.d\.ts$/, '');

/** Writes a tsconfig.json that includes only the declarations. Returns its path. */
function writeTsconfig(folder) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'tsconfig.json');
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noEmit: true },
    files: entryPoints.map(({ types }) => join(root, types)),
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** Removes members that apps do not use: Angular's compiled definitions, and constructors without parameters. */
function removeInternals(context) {
  for (const reflection of Object.values(context.project.reflections)) {
    const isCompiled = reflection.name.startsWith('ɵ');
    const isEmptyConstructor =
      reflection.kind === ReflectionKind.Constructor &&
      !reflection.signatures?.some(({ parameters }) => parameters?.length);
    if (isCompiled || isEmptyConstructor) context.project.removeReflection(reflection);
  }
}

/** Returns when the declarations last changed, in milliseconds. */
function declarationsChangedAt() {
  const folders = ['dist/ngx-chargebee-portal/types', 'server/dist', 'emulator/dist'];
  const times = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.d.ts'))
      .map((name) => statSync(join(root, folder, name)).mtimeMs),
  );
  return Math.max(...times);
}

/**
 * Whether the pages in a folder are newer than the declarations and this script. Running TypeDoc only when needed saves
 * most of the build time.
 * @param {string} folder
 * @returns {boolean}
 */
export function isApiReferenceCurrent(folder) {
  const newest = Math.max(declarationsChangedAt(), statSync(import.meta.filename).mtimeMs);
  return entryPoints.every(({ page }) => {
    const stat = statSync(join(folder, `${page}.md`), { throwIfNoEntry: false });
    return stat !== undefined && stat.mtimeMs > newest;
  });
}

/**
 * Writes one page for each entry point.
 * @param {string} folder the output folder
 */
export async function writeApiReference(folder) {
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entryPoints.map(({ types }) => join(root, types)),
    tsconfig: writeTsconfig(join(root, '.angular/api-reference')),
    out: folder,
    name: 'API',
    readme: 'none',
    router: 'module',
    entryFileName: 'index',
    cleanOutputDir: false,
    skipErrorChecking: true,
    disableSources: true,
    excludePrivate: true,
    excludeProtected: true,
    excludeInternal: true,
    excludeExternals: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hidePageTitle: false,
    textContentMappings: { 'title.modulePage': '{name}' },
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    enumMembersFormat: 'table',
    typeDeclarationFormat: 'table',
    useCodeBlocks: true,
    logLevel: 'Error',
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, removeInternals);
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the type declarations.');
  for (const entry of entryPoints) {
    const module = project.children?.find(({ name }) => name === moduleNameOf(entry));
    if (!module) throw new Error(`TypeDoc found no module in ${entry.types}.`);
    module.name = entry.page;
  }
  await app.generateOutputs(project);
}
