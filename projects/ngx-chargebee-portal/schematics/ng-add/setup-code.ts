import type { Element } from './edits/list';
import { literal, type Style } from './edits/style';
import type { Options } from './options';

const LIBRARY = 'ngx-chargebee-portal';

/**
 * Stands where the app has to say who is signed in. It is declared nowhere, so that the app does not compile until it is
 * replaced.
 */
export const IDENTITY_PLACEHOLDER = 'REPLACE_WITH_THE_SIGNED_IN_USER_ID';

/** The name of the Apollo client that is made for billing alone. */
export const APOLLO_CLIENT = 'chargebeePortal';

/** The programs that `--local` uses in development, on the ports that they have by default. */
const LOCAL = {
  site: 'acme-test',
  emulator: 'http://localhost:4010',
  server: 'http://localhost:4000',
};

/** What the portal's operations are sent with. */
export type Backend =
  | { readonly kind: 'graphql' | 'rest'; readonly url: string }
  /** An Apollo client that the app has: its default one, or a named one. */
  | { readonly kind: 'apollo'; readonly client?: string }
  /** A named Apollo client that is added beside it. */
  | { readonly kind: 'named-apollo'; readonly url: string };

/** How the code refers to an exported symbol. */
export type Use = (symbol: string, module: string) => string;

/** Writes the code of a set-up, for one app and in the style of one file. */
export class SetupCode {
  constructor(
    private readonly options: Pick<Options, 'site' | 'local'>,
    private readonly backend: Backend,
    private readonly style: Style,
    private readonly use: Use,
  ) {}

  /** The element of `providers` in an app of standalone components. */
  provider(): Element {
    return this.setupCall(this.use('provideChargebeePortal', LIBRARY));
  }

  /** The element of `imports` in an app of NgModules. */
  moduleImport(): Element {
    return this.setupCall(`${this.use('ChargebeePortalModule', LIBRARY)}.forRoot`);
  }

  /** The element of `providers` that makes the Apollo client for billing, if there is to be one. */
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
