import {
  chain,
  noop,
  SchematicsException,
  type Rule,
  type SchematicContext,
  type Tree,
} from '@angular-devkit/schematics';
import {
  addDependency,
  addRootImport,
  addRootProvider,
  readWorkspace,
} from '@schematics/angular/utility';
import { isStandaloneApp } from '@schematics/angular/utility/ng-ast-utils';
import { getMainFilePath } from '@schematics/angular/utility/standalone/util';
import type { Schema } from './schema';
import { sourceMentions } from './source';
import { literal, readOptions, type Options } from './options';

const library = 'ngx-chargebee-portal';

/** What an app has that is set up. */
const SETUPS = ['provideChargebeePortal(', 'ChargebeePortalModule.forRoot('];

/** What apollo-angular needs, in the versions that the library is tested with. */
const apolloDependencies: Record<string, string> = {
  '@apollo/client': '^4.3.8',
  'apollo-angular': '^14.2.0',
  graphql: '^16.15.0',
};

/** Adds the portal's provider to an app: `provideChargebeePortal`, or `ChargebeePortalModule` where it is made of NgModules. */
export function ngAdd(schema: Schema): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const options = readOptions(schema);
    const name = await projectName(tree, options.project);
    const folder = (await readWorkspace(tree)).projects.get(name)?.sourceRoot ?? 'src';
    if (SETUPS.some((text) => sourceMentions(tree, folder, text))) {
      context.logger.info(`${name} is set up for ${library} already; nothing was changed.`);
      return noop();
    }
    const standalone = isStandaloneApp(tree, await getMainFilePath(tree, name));
    return chain([
      options.backend === 'apollo' ? addApollo(tree, name, folder, options) : noop(),
      standalone ? addProvider(name, options) : addModule(name, options),
      () => tellNextSteps(context, standalone),
    ]);
  };
}

/** The app that was named, or the only one there is. */
async function projectName(tree: Tree, named: string | undefined): Promise<string> {
  const { projects } = await readWorkspace(tree);
  const apps = [...projects]
    .filter(([, project]) => project.extensions.projectType === 'application')
    .map(([name]) => name);
  if (named !== undefined && apps.includes(named)) return named;
  if (named === undefined && apps.length === 1) return apps[0];
  throw new SchematicsException(
    named === undefined
      ? `Name the app to set up with --project: ${apps.join(', ') || 'the workspace has none'}.`
      : `There is no app named "${named}" in this workspace. There are: ${apps.join(', ') || 'none'}.`,
  );
}

function addProvider(name: string, options: Options): Rule {
  return addRootProvider(
    name,
    ({ code, external }) =>
      code`${external('provideChargebeePortal', library)}(${site(options)}, ${backend(options, external)})`,
  );
}

function addModule(name: string, options: Options): Rule {
  return addRootImport(
    name,
    ({ code, external }) =>
      code`${external('ChargebeePortalModule', library)}.forRoot(${site(options)}, ${backend(options, external)})`,
  );
}

function site(options: Options): string {
  return `{ site: ${literal(options.site)} }`;
}

function backend(options: Options, external: (symbol: string, from: string) => string): string {
  return options.backend === 'apollo'
    ? `${external('withApollo', `${library}/apollo`)}()`
    : `${external('withGraphql', library)}({ url: ${literal(options.url)} })`;
}

/** Installs and provides Apollo, as far as the app does not have it yet. */
function addApollo(tree: Tree, name: string, folder: string, options: Options): Rule {
  const installed = tree.readText('package.json');
  const missing = Object.entries(apolloDependencies).filter(
    ([dependency]) => !installed.includes(`"${dependency}"`),
  );
  return chain([
    ...missing.map(([dependency, version]) => addDependency(dependency, version)),
    sourceMentions(tree, folder, 'provideApollo')
      ? noop()
      : addRootProvider(
          name,
          ({ code, external }) =>
            code`${external('provideApollo', 'apollo-angular')}(() => ({ link: ${external('inject', '@angular/core')}(${external('HttpLink', 'apollo-angular/http')}).create({ uri: ${literal(options.url)} }), cache: new ${external('InMemoryCache', '@apollo/client')}() }))`,
        ),
  ]);
}

function tellNextSteps(context: SchematicContext, standalone: boolean): void {
  const where = standalone ? 'add ChargebeePortalDirective to the component’s imports and ' : '';
  context.logger.info(
    [
      `${library} is set up. What is left to do:`,
      `- In a template: ${where}write <button chargebeePortal>Manage billing</button>.`,
      '- Send your app’s bearer token to the backend, by an HTTP interceptor.',
      '- Add withIdentity(() => …) beside the backend, so that a change of user ends the last user’s portal.',
      '- Call ChargebeePortalService.logout() before your own sign-out.',
    ].join('\n'),
  );
}
