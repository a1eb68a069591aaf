import type { Element } from './edits/list';
import { literal, type Style } from './edits/style';
import type { Options } from './options';

const LIBRARY = 'ngx-chargebee-portal';

/**
 * The placeholder for the id of the signed-in user. It is an undeclared name, so that the app does not compile until the
 * developer has replaced it.
 */
export const IDENTITY_PLACEHOLDER = 'REPLACE_WITH_THE_SIGNED_IN_USER_ID';

/** The name of the separate Apollo client that is added for the portal. */
export const APOLLO_CLIENT = 'chargebeePortal';

/** The values that `--local` sets for development builds: the emulator's site, and the default ports. */
const LOCAL = {
  site: 'acme-test',
  emulator: 'http://localhost:4010',
  server: 'http://localhost:4000',
};

/** The backend feature to add. */
export type Backend =
  | { readonly kind: 'graphql' | 'rest'; readonly url: string }
  /** An existing Apollo client of the app: the default one, or a named one. */
  | { readonly kind: 'apollo'; readonly client?: string }
  /** A named Apollo client that is added too. */
  | { readonly kind: 'named-apollo'; readonly url: string };

/** Returns the name by which the code can use an exported symbol, and imports it if necessary. */
export type Use = (symbol: string, module: string) => string;

/** Generates the code to add to an app, in the style of the file that is edited. */
export class SetupCode {
  constructor(
    private readonly options: Pick<Options, 'site' | 'local'>,
    private readonly backend: Backend,
    private readonly style: Style,
    private readonly use: Use,
  ) {}

  /** Returns the element to add to `providers` in an app with standalone components. */
  provider(): Element {
    return this.setupCall(this.use('provideChargebeePortal', LIBRARY));
  }

  /** Returns the element to add to `imports` in an app with NgModules. */
  moduleImport(): Element {
    return this.setupCall(`${this.use('ChargebeePortalModule', LIBRARY)}.forRoot`);
  }

  /** Returns the element to add to `providers` for the portal's own Apollo client, if the backend is `named-apollo`. */
  apolloProvider(): Element | undefined {
    if (this.backend.kind !== 'named-apollo') return undefined;
    const link = `${this.use('inject', '@angular/core')}(${this.use('HttpLink', 'apollo-angular/http')})`;
    return [
      `${this.use('provideNamedApollo', 'apollo-angular')}(() => ({`,
      `  ${APOLLO_CLIENT}: {`,
      `    link: ${link}.create({ uri: ${this.url(this.backend.url)} }),`,
      `    cache: new ${this.use('InMemoryCache', '@apollo/client')}(),`,
      '  },',
      '}))',
    ];
  }

  private setupCall(callee: string): Element {
    const { local } = this.options;
    return [
      `${callee}(`,
      ...this.config(),
      `  ${this.backendFeature()},`,
      ...(local ? [this.localScript()] : []),
      '  // Return the id of the signed-in user, or a signal of it, as in () => inject(Auth).userId',
      `  ${this.use('withIdentity', LIBRARY)}(() => ${IDENTITY_PLACEHOLDER}),`,
      ')',
    ];
  }

  private config(): string[] {
    const production = `{ site: ${this.literal(this.options.site)} }`;
    if (!this.options.local) return [`  ${production},`];
    const site = this.literal(LOCAL.site);
    const domain = this.literal(LOCAL.emulator);
    return [
      `  ${this.isDevMode()}`,
      `    ? { site: ${site}, domain: ${domain} } // chargebee-emulator`,
      `    : ${production},`,
    ];
  }

  private backendFeature(): string {
    const { backend } = this;
    switch (backend.kind) {
      case 'graphql':
        return `${this.use('withGraphql', LIBRARY)}({ url: ${this.url(backend.url)} })`;
      case 'rest':
        return `${this.use('withRest', LIBRARY)}({ url: ${this.url(backend.url)} })`;
      case 'apollo':
        return this.withApollo(backend.client);
      case 'named-apollo':
        return this.withApollo(APOLLO_CLIENT);
    }
  }

  private withApollo(client: string | undefined): string {
    const options = client === undefined ? '' : `{ client: ${this.literal(client)} }`;
    return `${this.use('withApollo', `${LIBRARY}/apollo`)}(${options})`;
  }

  private url(production: string): string {
    if (!this.options.local) return this.literal(production);
    const local = this.backend.kind === 'rest' ? LOCAL.server : `${LOCAL.server}/graphql`;
    return `${this.isDevMode()} ? ${this.literal(local)} : ${this.literal(production)}`;
  }

  private localScript(): string {
    const script = this.literal(`${LOCAL.emulator}/v2/chargebee.js`);
    return `  ...(${this.isDevMode()} ? [${this.use('withScriptUrl', LIBRARY)}(${script})] : []),`;
  }

  private isDevMode(): string {
    return `${this.use('isDevMode', '@angular/core')}()`;
  }

  private literal(text: string): string {
    return literal(text, this.style);
  }
}
