import { APOLLO_PACKAGES } from './analysis/apollo';
import type { Element } from './edits/list';
import type { Style } from './edits/style';
import type { Options } from './options';
import { IDENTITY_PLACEHOLDER, SetupCode, type Backend } from './setup-code';

const PLAIN_STYLE: Style = { eol: '\n', quote: "'", semicolon: ';', indent: '  ' };

/** Returns the error message for an app that cannot be edited, with the code to add by hand. */
export function addByHand(
  reason: string,
  options: Options,
  backend: Backend,
  standalone: boolean,
): string {
  const imports = new Map<string, Set<string>>();
  const use = (symbol: string, module: string): string => {
    imports.set(module, (imports.get(module) ?? new Set()).add(symbol));
    return symbol;
  };
  const code = new SetupCode(options, backend, PLAIN_STYLE, use);
  const setup = standalone ? code.provider() : code.moduleImport();
  const apollo = code.apolloProvider();
  return [
    `${reason}. No source file was changed. Add this by hand:`,
    '',
    ...[...imports].map(
      ([module, symbols]) => `import { ${[...symbols].join(', ')} } from '${module}';`,
    ),
    ...(standalone
      ? section('to the providers of bootstrapApplication()', apollo, setup)
      : [
          ...section('to the imports of the root @NgModule()', setup),
          ...(apollo ? section('to its providers', apollo) : []),
        ]),
    ...(apollo ? ['', `Install ${Object.keys(APOLLO_PACKAGES).join(', ')} for it.`] : []),
  ].join('\n');
}

function section(where: string, ...elements: readonly (Element | undefined)[]): string[] {
  const lines = elements
    .filter((element) => element !== undefined)
    .map((element) => element.join('\n'));
  return ['', `// ${where}`, ...lines.map((text) => `${text},`)];
}

/** Returns the message for an app that is set up already. */
export function alreadySetUp(app: string, place: string, hasPlaceholder: boolean): string {
  const rest = hasPlaceholder
    ? ` ${IDENTITY_PLACEHOLDER} is still to be replaced: see withIdentity().`
    : '';
  return `${app} is set up already, in ${place}; nothing was changed.${rest}`;
}

/** Returns the warning that the portal does not use Apollo although Apollo was chosen. */
export function apolloLeftAlone(place: string, url: string): string {
  return [
    `This app has Apollo already (${place}), and its clients were left as they are: the portal requests ${url} by`,
    'HttpClient, with withGraphql(). If your own Apollo client reaches the billing schema, put withApollo() in its place.',
  ].join(' ');
}

/** Returns the message with the steps that are left to the developer. */
export function nextSteps(
  place: string,
  standalone: boolean,
  local: boolean,
  backend: Backend,
): string {
  const imports = standalone ? 'add ChargebeePortalDirective to the component’s imports and ' : '';
  return [
    `ngx-chargebee-portal is set up in ${place}. What is left to do:`,
    `- Replace ${IDENTITY_PLACEHOLDER} in withIdentity() with the id of the signed-in user, or a signal of it. The app does not compile until you do.`,
    '- Send your app’s bearer token to the backend, by an HTTP interceptor.',
    `- In a template: ${imports}write <button chargebeePortal>Manage billing</button>.`,
    '- Call ChargebeePortalService.logout() before your own sign-out.',
    ...(local
      ? [
          '- For development, start chargebee-emulator on port 4010 and chargebee-portal-server on port 4000, with your app’s origin in CORS_ORIGINS.',
          ...(backend.kind === 'apollo'
            ? ['- Have your Apollo client use http://localhost:4000/graphql in development.']
            : []),
        ]
      : []),
  ].join('\n');
}

/** Returns the warning for packages that cannot be added, since the workspace has no package.json. */
export function installByHand(packages: readonly string[]): string {
  return `The workspace has no package.json that can be read. Install ${packages.join(', ')} by hand.`;
}

/** Returns the warning for builds that replace the edited file. */
export function addToReplacement(place: string, replacement: string): string {
  return `Some builds use ${replacement} in place of ${place} (fileReplacements in angular.json). Add the same lines there.`;
}

/** Returns the warning for builds with another entry file. */
export function addToOtherBuild(main: string, place: string): string {
  return `Some builds start from ${main}, which does not use ${place}. Add the same lines to its configuration.`;
}

/** Returns the warning for a server with a separate configuration. */
export function addToServer(server: string, place: string): string {
  return `${server} does not use ${place}. Add the same provider to the server’s configuration, or pages with the portal’s button cannot be rendered there.`;
}
