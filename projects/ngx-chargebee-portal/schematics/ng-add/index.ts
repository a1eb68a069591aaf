import {
  SchematicsException,
  type Rule,
  type SchematicContext,
  type Tree,
} from '@angular-devkit/schematics';
import type { Program } from 'typescript';
import { APOLLO_PACKAGES, findApollo } from './analysis/apollo';
import { declaredVersion } from './analysis/dependencies';
import { findExistingSetup } from './analysis/existing-setup';
import { readProgram, sourceFiles } from './analysis/program';
import { findRoot, UnknownRoot } from './analysis/root';
import { findApp, type App } from './analysis/workspace';
import { chooseBackend } from './backend';
import { addDependencies } from './edits/manifest';
import { setUpRoot } from './edits/set-up-root';
import {
  addByHand,
  addToOtherBuild,
  addToReplacement,
  addToServer,
  alreadySetUp,
  apolloLeftAlone,
  nextSteps,
} from './messages';
import { readOptions } from './options';
import type { Schema } from './schema';
import { IDENTITY_PLACEHOLDER } from './setup-code';

/** The schematic: adds `provideChargebeePortal()` to an app, or `ChargebeePortalModule.forRoot()` to an app with NgModules. */
export function ngAdd(schema: Schema): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const options = readOptions(schema);
    const app = await findApp(tree, options.project);
    const program = readProgram(tree, app, app.main);
    const existing = findExistingSetup(program);
    if (existing) {
      context.logger.info(alreadySetUp(app.name, existing, hasPlaceholder(program)));
      return;
    }
    const apollo = findApollo(tree, program);
    const backend = chooseBackend(tree, program, options, apollo);
    const root = findRoot(program, app);
    if (root instanceof UnknownRoot) {
      throw new SchematicsException(addByHand(root.reason, options, backend, root.standalone));
    }

    const identity = setUpRoot(tree, root, options, backend);
    if (backend.kind === 'named-apollo') addDependencies(tree, context, missingPackages(tree));
    if (apollo && options.backend === 'apollo' && backend.kind === 'graphql') {
      context.logger.warn(apolloLeftAlone(apollo, backend.url));
    }
    context.logger.info(nextSteps(identity, root.kind === 'standalone', options.local, backend));
    warnOfReplacement(context, app, root.file.fileName);
    warnOfOtherEntries(tree, context, app, root.file.fileName);
  };
}

function hasPlaceholder(program: Program): boolean {
  return sourceFiles(program).some(({ text }) => text.includes(IDENTITY_PLACEHOLDER));
}

function missingPackages(tree: Tree): Record<string, string> {
  return Object.fromEntries(
    Object.entries(APOLLO_PACKAGES).filter(([name]) => declaredVersion(tree, name) === undefined),
  );
}

function warnOfReplacement({ logger }: SchematicContext, app: App, edited: string): void {
  const replacement = app.replacements.get(edited);
  if (replacement !== undefined) logger.warn(addToReplacement(edited.slice(1), replacement));
}

/** Warns if the app's server, or a build with another entry file, does not use the edited file, and so lacks the provider. */
function warnOfOtherEntries(
  tree: Tree,
  { logger }: SchematicContext,
  app: App,
  edited: string,
): void {
  const isLeftOut = (entry: string): boolean =>
    !readProgram(tree, app, entry).getSourceFile(edited);
  if (app.server && isLeftOut(app.server)) {
    logger.warn(addToServer(app.server.slice(1), edited.slice(1)));
  }
  for (const main of app.otherMains.filter(isLeftOut)) {
    logger.warn(addToOtherBuild(main.slice(1), edited.slice(1)));
  }
}
