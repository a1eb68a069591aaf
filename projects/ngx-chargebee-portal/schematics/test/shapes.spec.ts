import type { UnitTestTree } from '@angular-devkit/schematics/testing';
import { expectToCompile } from './type-check';
import {
  addLibrary,
  APP_MODULE,
  changedFiles,
  code,
  CONFIG,
  count,
  edit,
  freshApp,
  lostLines,
  MAIN,
  ngAdd,
  snapshot,
} from './workspace';

const APP = '/projects/shop/src/app';
const CORE = `import { type ApplicationConfig, mergeApplicationConfig, type EnvironmentProviders, type Provider } from '@angular/core';`;
const BOOTSTRAP = `import { bootstrapApplication } from '@angular/platform-browser';\nimport { App } from './app/app';`;
const ROUTER = `import { provideRouter } from '@angular/router';`;

interface Shape {
  readonly files: Record<string, string>;
  /** The file that is to be edited, and code that it must contain afterwards. */
  readonly edited: string;
  readonly expected: string;
  /** The existing lines that have to change. */
  readonly changed?: readonly string[];
}

const inMain = (call: string, rest = ''): Shape['files'] => ({
  [MAIN]: `${CORE}\n${BOOTSTRAP}\n${ROUTER}\n${rest}\n${call}\n`,
});
const inConfig = (text: string): Shape['files'] => ({ [CONFIG]: `${CORE}\n${ROUTER}\n${text}\n` });

/** A configuration that cannot be edited: another one is merged with it. */
const mergedInMain = {
  edited: MAIN,
  expected: 'bootstrapApplication(App, mergeApplicationConfig(appConfig, { providers: [',
  changed: ['bootstrapApplication(App, appConfig)'],
};

/** Ways of starting a standalone app, with the code that `ng add` has to add to each. */
const shapes: Record<string, Shape> = {
  'providers in main.ts': {
    files: inMain(`bootstrapApplication(App, {\n  providers: [\n    provideRouter([]),\n  ],\n});`),
    edited: MAIN,
    expected: 'provideRouter([]), provideChargebeePortal( {',
  },
  'no configuration at all': {
    files: inMain('bootstrapApplication(App).catch((error) => console.error(error));'),
    edited: MAIN,
    expected: 'bootstrapApplication(App, { providers: [ provideChargebeePortal( {',
    changed: ['bootstrapApplication(App).catch((error) => console.error(error));'],
  },
  'undefined for a configuration': {
    files: inMain('bootstrapApplication(App, undefined).catch((error) => console.error(error));'),
    edited: MAIN,
    expected: 'bootstrapApplication(App, { providers: [ provideChargebeePortal( {',
    changed: ['bootstrapApplication(App, undefined).catch((error) => console.error(error));'],
  },
  'a configuration without providers': {
    files: inConfig('export const appConfig: ApplicationConfig = {};'),
    edited: CONFIG,
    expected: 'ApplicationConfig = { providers: [ provideChargebeePortal( {',
    changed: ['export const appConfig: ApplicationConfig = {};'],
  },
  'providers that are replaced later': {
    files: inConfig(
      'export const appConfig: ApplicationConfig = { providers: [] };\nappConfig.providers = [provideRouter([])];',
    ),
    ...mergedInMain,
  },
  'providers that are replaced by their name in brackets': {
    files: inConfig(
      "export const appConfig: ApplicationConfig = { providers: [] };\nappConfig['providers'] = [provideRouter([])];",
    ),
    ...mergedInMain,
  },
  'providers that are replaced behind a cast to any': {
    files: inConfig(
      'export const appConfig: ApplicationConfig = { providers: [] };\n(appConfig as any).providers = [provideRouter([])];',
    ),
    ...mergedInMain,
  },
  'providers that are removed later': {
    files: inConfig(
      'export const appConfig: ApplicationConfig = { providers: [] };\nappConfig.providers.length = 0;',
    ),
    ...mergedInMain,
  },
  'providers that are replaced by Object.assign()': {
    files: inConfig(
      'export const appConfig: ApplicationConfig = { providers: [] };\nObject.assign(appConfig, { providers: [provideRouter([])] });',
    ),
    ...mergedInMain,
  },
  'a configuration that Object.assign() leaves alone': {
    files: inConfig(
      'export const appConfig: ApplicationConfig = { providers: [] };\nObject.assign({}, appConfig);',
    ),
    edited: CONFIG,
    expected: 'ApplicationConfig = { providers: [ provideChargebeePortal( {',
    changed: ['export const appConfig: ApplicationConfig = { providers: [] };'],
  },
  'providers that are replaced in main.ts': {
    files: {
      ...inConfig(
        'export const appConfig: ApplicationConfig = { providers: [provideRouter([])] };',
      ),
      ...inMain(
        'bootstrapApplication(App, appConfig);',
        "import { appConfig } from './app/app.config';\nappConfig.providers = [provideRouter([])];",
      ),
    },
    ...mergedInMain,
    changed: ['bootstrapApplication(App, appConfig);'],
  },
  'providers that are replaced in a file that is imported after the configuration': {
    files: {
      ...inConfig('export const appConfig: ApplicationConfig = { providers: [] };'),
      '/projects/shop/src/patch.ts': `import { provideRouter } from '@angular/router';\nimport { appConfig as config } from './app/app.config';\nconfig.providers = [provideRouter([])];\n`,
      ...inMain(
        'bootstrapApplication(App, appConfig);',
        "import { appConfig } from './app/app.config';\nimport './patch';",
      ),
    },
    ...mergedInMain,
    changed: ['bootstrapApplication(App, appConfig);'],
  },
  'providers that a function of another file replaces': {
    files: {
      ...inConfig('export const appConfig: ApplicationConfig = { providers: [] };'),
      '/projects/shop/src/patch.ts': `import { provideRouter } from '@angular/router';\nimport { type ApplicationConfig } from '@angular/core';\nexport function patch(config: ApplicationConfig): void {\n  config.providers = [provideRouter([])];\n}\n`,
      ...inMain(
        'patch(appConfig);\nbootstrapApplication(App, appConfig);',
        "import { appConfig } from './app/app.config';\nimport { patch } from './patch';",
      ),
    },
    ...mergedInMain,
    changed: ['bootstrapApplication(App, appConfig);'],
  },
  'providers that are replaced by means of a variable': {
    files: inConfig(
      'export const appConfig = { providers: [provideRouter([])] };\nlet config = appConfig;\nconfig.providers = [provideRouter([])];',
    ),
    ...mergedInMain,
  },
  'a property of something else that is named `providers`': {
    files: {
      ...inConfig(
        'export const appConfig: ApplicationConfig = { providers: [provideRouter([])] };',
      ),
      ...inMain(
        'bootstrapApplication(App, appConfig);',
        "import { appConfig } from './app/app.config';\nclass Hospital {\n  providers: string[] = [];\n  constructor() {\n    this.providers = ['Dr. Grey'];\n  }\n}\nnew Hospital();",
      ),
    },
    edited: CONFIG,
    expected: '{ providers: [provideRouter([]), provideChargebeePortal( {',
    changed: ['export const appConfig: ApplicationConfig = { providers: [provideRouter([])] };'],
  },
  'an empty list with a comment in it': {
    files: inConfig(
      'export const appConfig: ApplicationConfig = {\n  providers: [\n    // none yet\n  ],\n};',
    ),
    edited: CONFIG,
    expected: '// none yet provideChargebeePortal( {',
  },
  'all providers in one line': {
    files: inConfig(
      'export const appConfig: ApplicationConfig = { providers: [provideRouter([])] };',
    ),
    edited: CONFIG,
    expected: '{ providers: [provideRouter([]), provideChargebeePortal( {',
    changed: ['export const appConfig: ApplicationConfig = { providers: [provideRouter([])] };'],
  },
  'a comment after the last provider': {
    files: inConfig(
      'export const appConfig: ApplicationConfig = {\n  providers: [\n    provideRouter([]) // all, routes\n  ]\n};',
    ),
    edited: CONFIG,
    expected: 'provideRouter([]), // all, routes provideChargebeePortal( {',
    changed: ['    provideRouter([]) // all, routes'],
  },
  'a spread in the list': {
    files: inConfig(
      'const shared = [provideRouter([])];\nexport const appConfig: ApplicationConfig = {\n  providers: [...shared],\n};',
    ),
    edited: CONFIG,
    expected: 'providers: [...shared, provideChargebeePortal( {',
    changed: ['  providers: [...shared],'],
  },
  'a constant of a type that accepts no environment providers': {
    files: inConfig(
      "const providers: Provider[] = [{ provide: 'a', useValue: 1 }];\nexport const appConfig: ApplicationConfig = { providers };",
    ),
    edited: CONFIG,
    expected: 'ApplicationConfig = { providers: [providers, provideChargebeePortal( {',
    changed: ['export const appConfig: ApplicationConfig = { providers };'],
  },
  'a function that returns the list': {
    files: inConfig(
      'const shared = (): (Provider | EnvironmentProviders)[] => [provideRouter([])];\nexport const appConfig: ApplicationConfig = {\n  providers: shared().concat([]),\n};',
    ),
    edited: CONFIG,
    expected: 'providers: [shared().concat([]), provideChargebeePortal( {',
    changed: ['  providers: shared().concat([]),'],
  },
  'satisfies, and a default export': {
    files: {
      ...inConfig(
        'export default {\n  providers: [provideRouter([])],\n} satisfies ApplicationConfig;',
      ),
      ...inMain('bootstrapApplication(App, config);', `import config from './app/app.config';`),
    },
    edited: CONFIG,
    expected: 'providers: [provideRouter([]), provideChargebeePortal( {',
    changed: ['  providers: [provideRouter([])],'],
  },
  're-exports': {
    files: {
      '/projects/shop/src/app/index.ts': `export * from './app.config';`,
      ...inMain('bootstrapApplication(App, appConfig);', `import { appConfig } from './app';`),
    },
    edited: CONFIG,
    expected: 'provideRouter(routes), provideChargebeePortal( {',
  },
  'a function that returns the configuration': {
    files: {
      ...inConfig(
        'export function appConfig(url: string): ApplicationConfig {\n  console.log(url);\n  return {\n    providers: [\n      provideRouter([]),\n    ],\n  };\n}',
      ),
      ...inMain(
        `fetch('/config').then(() => bootstrapApplication(App, appConfig('/')));`,
        `import { appConfig } from './app/app.config';`,
      ),
    },
    edited: CONFIG,
    expected: 'provideRouter([]), provideChargebeePortal( {',
  },
  'two configurations merged': {
    files: {
      ...inConfig(
        'const base: ApplicationConfig = {\n  providers: [\n    provideRouter([]),\n  ],\n};\nexport const appConfig = mergeApplicationConfig(base, { providers: [] });',
      ),
    },
    edited: CONFIG,
    expected: 'provideRouter([]), provideChargebeePortal( {',
  },
  'a configuration that is chosen at run time': {
    files: inMain(
      'bootstrapApplication(App, location.hash ? appConfig : { providers: [] });',
      `import { appConfig } from './app/app.config';`,
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(location.hash ? appConfig : { providers: [] }, { providers: [ provideChargebeePortal( {',
    changed: ['bootstrapApplication(App, location.hash ? appConfig : { providers: [] });'],
  },
  'an optional configuration': {
    files: {
      [MAIN]: `import { boot } from './boot';\nboot();\n`,
      '/projects/shop/src/boot.ts': `${CORE}\n${BOOTSTRAP}\nexport function boot(config?: ApplicationConfig): void {\n  void bootstrapApplication(App, config);\n}\n`,
    },
    edited: '/projects/shop/src/boot.ts',
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(config ?? { providers: [] }, { providers: [',
    changed: ['  void bootstrapApplication(App, config);'],
  },
  'an optional configuration among the options of a function': {
    files: {
      [MAIN]: `import { boot } from './boot';\nboot({});\n`,
      '/projects/shop/src/boot.ts': `${CORE}\n${BOOTSTRAP}\nexport function boot({ config }: { config?: ApplicationConfig }): void {\n  void bootstrapApplication(App, config);\n}\n`,
    },
    edited: '/projects/shop/src/boot.ts',
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(config ?? { providers: [] }, { providers: [',
    changed: ['  void bootstrapApplication(App, config);'],
  },
  'an optional configuration of optional options': {
    files: {
      [MAIN]: `import { boot } from './boot';\nboot();\n`,
      '/projects/shop/src/boot.ts': `${CORE}\n${BOOTSTRAP}\nexport function boot(options?: { config: ApplicationConfig }): void {\n  void bootstrapApplication(App, options?.config);\n}\n`,
    },
    edited: '/projects/shop/src/boot.ts',
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(options?.config ?? { providers: [] }, { providers: [',
    changed: ['  void bootstrapApplication(App, options?.config);'],
  },
  'a function that may return no configuration': {
    files: {
      ...inConfig(
        'type Maybe = ApplicationConfig | undefined;\nexport function appConfig(): Maybe {\n  if (location.hash) return undefined;\n  return { providers: [] };\n}',
      ),
      ...inMain(
        'bootstrapApplication(App, appConfig());',
        `import { appConfig } from './app/app.config';`,
      ),
    },
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(appConfig() ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, appConfig());'],
  },
  'a conditional of two configurations, one of which may be undefined': {
    files: inMain(
      'bootstrapApplication(App, debug ? one : other);',
      'declare let one: ApplicationConfig | undefined;\ndeclare let other: ApplicationConfig;\ndeclare const debug: boolean;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig((debug ? one : other) ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, debug ? one : other);'],
  },
  'a fallback of an optional configuration that may be undefined too': {
    files: inMain(
      'bootstrapApplication(App, one || one);',
      'declare let one: ApplicationConfig | undefined;\ndeclare let other: ApplicationConfig;\ndeclare const debug: boolean;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig((one || one) ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, one || one);'],
  },
  'an optional configuration in parentheses': {
    files: inMain(
      'bootstrapApplication(App, (debug ? one : other));',
      'declare let one: ApplicationConfig | undefined;\ndeclare let other: ApplicationConfig;\ndeclare const debug: boolean;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig((debug ? one : other) ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, (debug ? one : other));'],
  },
  'an optional configuration with `??`': {
    files: inMain(
      'bootstrapApplication(App, one ?? one);',
      'declare let one: ApplicationConfig | undefined;\ndeclare let other: ApplicationConfig;\ndeclare const debug: boolean;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(one ?? one ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, one ?? one);'],
  },
  'a configuration out of a map, which may not have it': {
    files: inMain(
      'bootstrapApplication(App, configs.get("shop"));',
      'declare const configs: Map<string, ApplicationConfig>;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(configs.get("shop") ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, configs.get("shop"));'],
  },
  'a configuration out of a map, which is asserted to have it': {
    files: inMain(
      'bootstrapApplication(App, configs.get("shop")!);',
      'declare const configs: Map<string, ApplicationConfig>;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(configs.get("shop")!, { providers: [',
    changed: ['bootstrapApplication(App, configs.get("shop")!);'],
  },
  'a configuration out of a record, which may not have it': {
    files: inMain(
      'bootstrapApplication(App, configs["shop"]);',
      'declare const configs: Partial<Record<string, ApplicationConfig>>;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(configs["shop"] ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, configs["shop"]);'],
  },
  'a configuration that the page may have set': {
    files: inMain(
      'bootstrapApplication(App, window.config);',
      'declare global { interface Window { config?: ApplicationConfig } }',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(window.config ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, window.config);'],
  },
  'a configuration with a non-null assertion': {
    files: inMain(
      'bootstrapApplication(App, one!);',
      'declare let one: ApplicationConfig | undefined;\ndeclare let other: ApplicationConfig;\ndeclare const debug: boolean;',
    ),
    edited: MAIN,
    expected: 'bootstrapApplication(App, mergeApplicationConfig(one!, { providers: [',
    changed: ['bootstrapApplication(App, one!);'],
  },
  'a configuration with a type assertion': {
    files: inMain(
      'bootstrapApplication(App, one as ApplicationConfig);',
      'declare let one: ApplicationConfig | undefined;\ndeclare let other: ApplicationConfig;\ndeclare const debug: boolean;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(one as ApplicationConfig, { providers: [',
    changed: ['bootstrapApplication(App, one as ApplicationConfig);'],
  },
  'an optional configuration with a default': {
    files: inMain(
      'bootstrapApplication(App, one ?? other);',
      'declare let one: ApplicationConfig | undefined;\ndeclare let other: ApplicationConfig;\ndeclare const debug: boolean;',
    ),
    edited: MAIN,
    expected: 'bootstrapApplication(App, mergeApplicationConfig(one ?? other, { providers: [',
    changed: ['bootstrapApplication(App, one ?? other);'],
  },
  'a configuration that is awaited, and may be undefined': {
    files: inMain(
      'void load().then((config) => bootstrapApplication(App, config));',
      'declare function load(): Promise<ApplicationConfig | undefined>;',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(config ?? { providers: [] }, { providers: [',
    changed: ['void load().then((config) => bootstrapApplication(App, config));'],
  },
  'a configuration that is found in a list, or not': {
    files: inMain(
      'const config = configs.find(({ providers }) => providers.length);\nbootstrapApplication(App, config);',
      'declare const configs: ApplicationConfig[];',
    ),
    edited: MAIN,
    expected:
      'bootstrapApplication(App, mergeApplicationConfig(config ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, config);'],
  },
  'a conditional of a configuration out of a map, and another one': {
    files: inMain(
      'bootstrapApplication(App, configs.size ? configs.get("shop") : { providers: [] });',
      'declare const configs: Map<string, ApplicationConfig>;',
    ),
    edited: MAIN,
    expected:
      'mergeApplicationConfig((configs.size ? configs.get("shop") : { providers: [] }) ?? { providers: [] }, { providers: [',
    changed: ['bootstrapApplication(App, configs.size ? configs.get("shop") : { providers: [] });'],
  },
  'a configuration of an unknown type with a default': {
    files: inMain(
      'bootstrapApplication(App, configs.get("shop") ?? { providers: [] });',
      'declare const configs: Map<string, ApplicationConfig>;',
    ),
    edited: MAIN,
    expected:
      'mergeApplicationConfig(configs.get("shop") ?? { providers: [] }, { providers: [ provideChargebeePortal(',
    changed: ['bootstrapApplication(App, configs.get("shop") ?? { providers: [] });'],
  },
  'a configuration that is imported lazily': {
    files: {
      [MAIN]: `${BOOTSTRAP}\nimport('./app/app.config').then((file) => bootstrapApplication(App, file.appConfig));\n`,
    },
    edited: CONFIG,
    expected: 'provideRouter(routes), provideChargebeePortal( {',
  },
  'a method of its own that is named like Angular’s function': {
    files: {
      [MAIN]: `import { shell } from './shell';\nvoid shell.createApplication('shop');\n`,
      '/projects/shop/src/shell.ts': `${BOOTSTRAP}\nimport { appConfig } from './app/app.config';\nexport const shell = {\n  createApplication(name: string) {\n    console.log(name);\n    return bootstrapApplication(App, appConfig);\n  },\n};\n`,
    },
    edited: CONFIG,
    expected: 'provideRouter(routes), provideChargebeePortal( {',
  },
  'a read-only configuration': {
    files: inConfig(
      'export const appConfig: Readonly<ApplicationConfig> = {\n  providers: [\n    provideRouter([]),\n  ],\n};',
    ),
    edited: CONFIG,
    expected: 'provideRouter([]), provideChargebeePortal( {',
  },
  'a configuration of a record without environment providers': {
    files: inConfig("export const appConfig: Record<'providers', Provider[]> = { providers: [] };"),
    ...mergedInMain,
  },
  'a configuration of several types, one without environment providers': {
    files: inConfig(
      'export const appConfig: ApplicationConfig & { providers: Provider[] } = { providers: [] };',
    ),
    ...mergedInMain,
  },
  'a configuration of a type that replaces the providers of another one': {
    files: inConfig(
      "type Config = Omit<ApplicationConfig, 'providers'> & { providers: Provider[] };\nexport const appConfig: Config = { providers: [] };",
    ),
    ...mergedInMain,
  },
  'a list that satisfies a type without environment providers': {
    files: inConfig(
      "export const appConfig: ApplicationConfig = {\n  providers: [{ provide: 'a', useValue: 1 }] satisfies Provider[],\n};",
    ),
    edited: CONFIG,
    expected:
      "providers: [[{ provide: 'a', useValue: 1 }] satisfies Provider[], provideChargebeePortal( {",
    changed: ["  providers: [{ provide: 'a', useValue: 1 }] satisfies Provider[],"],
  },
  'an empty list that is asserted to be of a type without environment providers': {
    files: inConfig('export const appConfig: ApplicationConfig = { providers: [] as Provider[] };'),
    edited: CONFIG,
    expected: 'providers: [[] as Provider[], provideChargebeePortal( {',
    changed: ['export const appConfig: ApplicationConfig = { providers: [] as Provider[] };'],
  },
  'a configuration of a type without environment providers': {
    files: inConfig('export const appConfig: { providers: Provider[] } = { providers: [] };'),
    ...mergedInMain,
  },
  'a configuration of an interface without environment providers': {
    files: inConfig(
      'interface Config {\n  providers: Provider[];\n}\nexport const appConfig: Config = { providers: [] };',
    ),
    ...mergedInMain,
  },
  'a configuration of an interface with environment providers': {
    files: inConfig(
      'interface Config {\n  providers: (Provider | EnvironmentProviders)[];\n}\nexport const appConfig: Config = {\n  providers: [\n    provideRouter([]),\n  ],\n};',
    ),
    edited: CONFIG,
    expected: 'provideRouter([]), provideChargebeePortal( {',
  },
  'a configuration that satisfies a type without environment providers': {
    files: inConfig(
      'export const appConfig = { providers: [] } satisfies { providers: Provider[] };',
    ),
    ...mergedInMain,
  },
  'a configuration that is asserted to be of a type without environment providers': {
    files: inConfig('export const appConfig = { providers: [] } as { providers: Provider[] };'),
    ...mergedInMain,
  },
  'a function that returns a type without environment providers': {
    files: {
      ...inConfig(
        'export function appConfig(): { providers: Provider[] } {\n  return { providers: [] };\n}',
      ),
      ...inMain(
        'bootstrapApplication(App, appConfig());',
        `import { appConfig } from './app/app.config';`,
      ),
    },
    edited: MAIN,
    expected: 'bootstrapApplication(App, mergeApplicationConfig(appConfig(), { providers: [',
    changed: ['bootstrapApplication(App, appConfig());'],
  },
  'a configuration of a spread': {
    files: {
      ...inConfig(
        'const base: ApplicationConfig = { providers: [provideRouter([])] };\nexport const appConfig: ApplicationConfig = { ...base };',
      ),
    },
    edited: MAIN,
    expected: 'bootstrapApplication(App, mergeApplicationConfig(appConfig, { providers: [',
    changed: ['bootstrapApplication(App, appConfig)'],
  },
  // The update to Angular 21 writes this into apps with zone.js.
  'a list that spreads another one': {
    files: inMain(
      'bootstrapApplication(App, {\n  ...appConfig,\n  providers: [provideRouter([]), ...appConfig.providers],\n});',
      `import { appConfig } from './app/app.config';`,
    ),
    edited: CONFIG,
    expected: 'provideRouter(routes), provideChargebeePortal( {',
  },
  'a list that spreads one that cannot be edited': {
    files: inMain(
      'bootstrapApplication(App, {\n  ...base,\n  providers: [\n    ...base.providers,\n  ],\n});',
      'declare let base: ApplicationConfig;',
    ),
    edited: MAIN,
    expected: '...base.providers, provideChargebeePortal( {',
  },
  'a function that returns one of two configurations': {
    files: {
      ...inConfig(
        'export function appConfig(): ApplicationConfig {\n  if (location.hash) return { providers: [] };\n  return { providers: [provideRouter([])] };\n}',
      ),
      ...inMain(
        'bootstrapApplication(App, appConfig());',
        `import { appConfig } from './app/app.config';`,
      ),
    },
    edited: MAIN,
    expected: 'bootstrapApplication(App, mergeApplicationConfig(appConfig(), { providers: [',
    changed: ['bootstrapApplication(App, appConfig());'],
  },
  'a namespace import': {
    files: {
      [MAIN]: `import * as browser from '@angular/platform-browser';\nimport { App } from './app/app';\nvoid browser.bootstrapApplication(App, { providers: [] });\n`,
    },
    edited: MAIN,
    expected: 'bootstrapApplication(App, { providers: [ provideChargebeePortal( {',
    changed: ['void browser.bootstrapApplication(App, { providers: [] });'],
  },
  'a configuration file that imports nothing': {
    files: {
      [CONFIG]: `// Licence\n/// <reference lib="dom" />\n\n/** The app. */\nexport const appConfig = {\n  providers: [],\n};\n`,
    },
    edited: CONFIG,
    expected: `/// <reference lib="dom" /> import { provideChargebeePortal, withGraphql, withIdentity } from 'ngx-chargebee-portal'; /** The app. */`,
    changed: ['  providers: [],'],
  },
  'a licence before the configuration': {
    files: {
      [CONFIG]: `/**\n * @license MIT\n */\nexport const appConfig = {\n  providers: [],\n};\n`,
    },
    edited: CONFIG,
    expected: `/** * @license MIT */ import { provideChargebeePortal, withGraphql, withIdentity } from`,
    changed: ['  providers: [],'],
  },
  'a licence before the documentation of the configuration': {
    files: {
      [CONFIG]: `/** Of ACME. */\n\n/** The app. */\nexport const appConfig = {\n  providers: [],\n};\n`,
    },
    edited: CONFIG,
    expected: `/** Of ACME. */ import { provideChargebeePortal, withGraphql, withIdentity } from 'ngx-chargebee-portal'; /** The app. */`,
    changed: ['  providers: [],'],
  },
  'an instruction for the line of the configuration': {
    files: {
      [CONFIG]: `// @ts-expect-error not a name\nexport const appName: string = 1, appConfig = {\n  providers: [\n  ],\n};\n`,
    },
    edited: CONFIG,
    expected: `'ngx-chargebee-portal'; // @ts-expect-error not a name export const appName`,
  },
  'code after the last import on its line': {
    files: {
      [CONFIG]: `import { ApplicationConfig } from '@angular/core'; /* The app.\n It has no routes. */\nexport const appConfig: ApplicationConfig = {\n  providers: [\n  ],\n};\n`,
    },
    edited: CONFIG,
    expected: `'ngx-chargebee-portal'; /* The app. It has no routes. */`,
    changed: [`import { ApplicationConfig } from '@angular/core'; /* The app.`],
  },
  'a semicolon before the first statement, as in code without semicolons': {
    files: {
      [MAIN]: `${BOOTSTRAP.replaceAll(';', '')}\n\n;(async () => {\n  await bootstrapApplication(App, {\n    providers: [\n    ],\n  })\n})()\n`,
    },
    edited: MAIN,
    expected: `from 'ngx-chargebee-portal' ;(async () => {`,
  },
  'code without semicolons that starts on the line of the last import': {
    files: {
      [MAIN]: `${BOOTSTRAP.replaceAll(';', '')};[App].forEach((app) =>\n  bootstrapApplication(app, {\n    providers: [\n    ],\n  })\n)\n`,
    },
    edited: MAIN,
    expected: `from 'ngx-chargebee-portal';[App].forEach(`,
    changed: [`import { App } from './app/app';[App].forEach((app) =>`],
  },
  'a computed name': {
    files: {
      ...inConfig(
        "export const appConfig: ApplicationConfig = { ['providers']: [provideRouter([])] };",
      ),
    },
    edited: MAIN,
    expected: 'bootstrapApplication(App, mergeApplicationConfig(appConfig, { providers: [',
    changed: ['bootstrapApplication(App, appConfig)'],
  },
  'the call that starts the app in another file': {
    files: {
      [MAIN]: `import('./bootstrap').catch((error) => console.error(error));\n`,
      '/projects/shop/src/bootstrap.ts': `${BOOTSTRAP}\nimport { appConfig } from './app/app.config';\nbootstrapApplication(App, appConfig);\n`,
    },
    edited: CONFIG,
    expected: 'provideRouter(routes), provideChargebeePortal( {',
  },
  'createApplication, for custom elements': {
    files: {
      [MAIN]: `import { createApplication as create } from '@angular/platform-browser';\n${ROUTER}\nvoid create({ providers: [provideRouter([])] });\n`,
    },
    edited: MAIN,
    expected: 'create({ providers: [provideRouter([]), provideChargebeePortal( {',
    changed: ['void create({ providers: [provideRouter([])] });'],
  },
  'a name of the library that is used for something else': {
    files: inConfig(
      'export const withGraphql = provideRouter([]);\nexport const appConfig: ApplicationConfig = {\n  providers: [\n    withGraphql,\n  ],\n};',
    ),
    edited: CONFIG,
    expected: `chargebeeWithGraphql({ url: '/graphql' })`,
  },
};

describe('ng add, in a standalone app with', () => {
  for (const [name, { files, edited, expected, changed = [] }] of Object.entries(shapes)) {
    it(`${name}: adds the provider, and changes no other line`, async () => {
      const tree = await freshApp();
      for (const [path, text] of Object.entries(files)) {
        if (tree.exists(path)) tree.overwrite(path, text);
        else tree.create(path, text);
      }
      const before = snapshot(tree);
      const { tree: after } = await ngAdd(tree);
      expect(changedFiles(before, snapshot(after))).toEqual([edited]);
      expect(lostLines(before[edited], after.readText(edited))).toEqual([...changed]);
      expect(code(after, edited)).toContain(expected);
      expect(count(after, '/projects/', 'provideChargebeePortal(')).toBe(1);
      expectToCompile(after, MAIN);
      expect((await ngAdd(after)).messages).toContain('set up already');
    });
  }
});

describe('ng add, in an app with its entry file in another folder,', () => {
  const startOf = (config: string): string =>
    `import { bootstrapApplication } from '@angular/platform-browser';\nimport { App } from '../projects/shop/src/app/app';\nimport { config } from './config';\nbootstrapApplication(App, ${config});\n`;

  async function appStartedFrom(config: string): Promise<UnitTestTree> {
    const tree = await freshApp();
    tree.create('/entry/main.ts', startOf(config));
    tree.create('/entry/config.ts', 'export const config = {\n  providers: [],\n};\n');
    edit(tree, '/angular.json', '"projects/shop/src/main.ts"', '"entry/main.ts"');
    return tree;
  }

  it('edits the entry file, and no other file outside of its folders', async () => {
    for (const config of ['config', '{ providers: [...config.providers] }']) {
      const tree = await appStartedFrom(config);
      const before = snapshot(tree);
      const { tree: after } = await ngAdd(tree);
      expect(changedFiles(before, snapshot(after))).toEqual(['/entry/main.ts']);
      expectToCompile(after, '/entry/main.ts');
    }
  });

  it('edits the files in its sourceRoot', async () => {
    const tree = await appStartedFrom('config');
    edit(tree, '/angular.json', '"sourceRoot": "projects/shop/src"', '"sourceRoot": "entry"');
    const before = snapshot(tree);
    const { tree: after } = await ngAdd(tree);
    expect(changedFiles(before, snapshot(after))).toEqual(['/entry/config.ts']);
    expectToCompile(after, '/entry/main.ts');
  });

  it('edits no file of a library, even if it is the entry file', async () => {
    const tree = await addLibrary(await freshApp(), 'shell');
    tree.create('/projects/shell/main.ts', startOf('{ providers: [] }'));
    edit(tree, '/angular.json', '"projects/shop/src/main.ts"', '"projects/shell/main.ts"');
    await expectAsync(ngAdd(tree)).toBeRejectedWithError(/is not a file of the app "shop" alone/);
  });
});

describe('ng add, in an app of NgModules with', () => {
  const head = `import { NgModule } from '@angular/core';\nimport { BrowserModule } from '@angular/platform-browser';\nimport { App } from './app';\n`;
  const modules: Record<string, readonly [metadata: string, expected: string]> = {
    'imports in one line': [
      '@NgModule({ declarations: [App], imports: [BrowserModule], bootstrap: [App] })',
      'imports: [BrowserModule, ChargebeePortalModule.forRoot( {',
    ],
    'no imports': [
      '@NgModule({\n  declarations: [App],\n  bootstrap: [App],\n})',
      'bootstrap: [App], imports: [ ChargebeePortalModule.forRoot( {',
    ],
    'imports from a constant': [
      'const IMPORTS = [BrowserModule];\n@NgModule({ declarations: [App], imports: IMPORTS, bootstrap: [App] })',
      'imports: [IMPORTS, ChargebeePortalModule.forRoot( {',
    ],
    'a spread in the imports': [
      'const IMPORTS = [BrowserModule];\n@NgModule({\n  declarations: [App],\n  imports: [\n    ...IMPORTS,\n  ],\n  bootstrap: [App],\n})',
      '...IMPORTS, ChargebeePortalModule.forRoot( {',
    ],
  };

  for (const [name, [metadata, expected]] of Object.entries(modules)) {
    it(`${name}: adds the module, and an Apollo client to the providers`, async () => {
      const tree = await freshApp({ standalone: false });
      tree.overwrite(APP_MODULE, `${head}\n${metadata}\nexport class AppModule {}\n`);
      const { tree: after } = await ngAdd(tree, { backend: 'apollo' });
      expect(code(after, APP_MODULE)).toContain(expected);
      expect(code(after, APP_MODULE)).toContain('providers: [ provideNamedApollo(');
      expectToCompile(after, MAIN);
      expect((await ngAdd(after)).messages).toContain('set up already');
    });
  }

  it('a root module that is imported lazily: adds the module', async () => {
    const tree = await freshApp({ standalone: false });
    tree.overwrite(
      MAIN,
      `import { platformBrowser } from '@angular/platform-browser';\nimport('./app/app-module').then((file) => platformBrowser().bootstrapModule(file.AppModule));\n`,
    );
    const before = snapshot(tree);
    const { tree: after } = await ngAdd(tree);
    expect(changedFiles(before, snapshot(after))).toEqual([APP_MODULE]);
    expectToCompile(after, MAIN);
  });
});

describe('ng add, if it cannot edit the app,', () => {
  async function expectRefusal(tree: UnitTestTree, reason: RegExp, call: string): Promise<void> {
    const before = snapshot(tree);
    const error = await ngAdd(tree).then(
      () => undefined,
      ({ message }: Error) => message,
    );
    expect(error).toMatch(reason);
    expect(error).toContain('No source file was changed. Add this by hand:');
    expect(error).toContain(call);
    expect(error).toMatch(/import \{ .* \} from 'ngx-chargebee-portal';/);
    expect(changedFiles(before, snapshot(tree))).toEqual([]);
  }

  it('fails for an entry file that starts no app', async () => {
    const tree = await freshApp();
    tree.overwrite(MAIN, `import { start } from '@acme/shell';\nstart();\n`);
    await expectRefusal(tree, /No call of bootstrapApplication/, 'provideChargebeePortal(\n');
  });

  it('fails with the packages that the Apollo client requires', async () => {
    const tree = await freshApp();
    tree.overwrite(MAIN, '');
    await expectAsync(ngAdd(tree, { backend: 'apollo' })).toBeRejectedWithError(
      /provideNamedApollo\([^]*Install @apollo\/client, apollo-angular, graphql for it/,
    );
    expect(tree.readText('/package.json')).not.toContain('apollo');
  });

  it('fails for an app that is started in several ways', async () => {
    const tree = await freshApp();
    edit(tree, MAIN, /$/, `\nbootstrapApplication(App, { providers: [] });\n`);
    await expectRefusal(
      tree,
      /several ways \(.*main.ts:5, .*main.ts:8\)/,
      'provideChargebeePortal(',
    );
  });

  it('accepts several starts with the same configuration', async () => {
    const tree = await freshApp();
    edit(tree, MAIN, /$/, `\nbootstrapApplication(App, appConfig);\n`);
    expect(count((await ngAdd(tree)).tree, CONFIG, 'provideChargebeePortal(')).toBe(1);
  });

  it('fails for a file with a syntax error', async () => {
    const tree = await freshApp();
    tree.overwrite(CONFIG, 'export const appConfig = {\n  providers: [\n');
    await expectRefusal(tree, /app.config.ts:3 has a syntax error/, 'provideChargebeePortal(');
  });

  it('fails for spread arguments', async () => {
    const tree = await freshApp();
    edit(
      tree,
      MAIN,
      'bootstrapApplication(App, appConfig)',
      'bootstrapApplication(...[App, appConfig] as const)',
    );
    await expectRefusal(tree, /spreads its arguments/, 'provideChargebeePortal(');
  });

  it('fails for a root module in a library of the workspace', async () => {
    const tree = await addLibrary(await freshApp({ standalone: false }), 'shell');
    tree.overwrite(
      '/projects/shell/src/lib/shell.ts',
      `import { NgModule } from '@angular/core';\n@NgModule({ imports: [] })\nexport class ShellModule {}\n`,
    );
    edit(tree, MAIN, /AppModule/g, 'ShellModule');
    edit(tree, MAIN, './app/app-module', 'shell');
    await expectRefusal(
      tree,
      /is not a file of the app "shop" alone/,
      'ChargebeePortalModule.forRoot(',
    );
  });

  it('fails for a module with its metadata in a constant', async () => {
    const tree = await freshApp({ standalone: false });
    edit(tree, APP_MODULE, /@NgModule\(\{/, 'const metadata = {');
    edit(tree, APP_MODULE, '})\nexport', '};\n@NgModule(metadata)\nexport');
    await expectRefusal(tree, /cannot be edited/, 'ChargebeePortalModule.forRoot(');
  });

  it('merges another configuration with one in a library of the workspace', async () => {
    const tree = await addLibrary(await freshApp(), 'shell');
    tree.overwrite(
      '/projects/shell/src/lib/shell.ts',
      `${CORE}\nexport const shellConfig: ApplicationConfig = { providers: [] };\n`,
    );
    tree.overwrite(
      MAIN,
      `${BOOTSTRAP}\nimport { shellConfig } from 'shell';\nbootstrapApplication(App, shellConfig);\n`,
    );
    const before = snapshot(tree);
    const { tree: after } = await ngAdd(tree);
    expect(changedFiles(before, snapshot(after))).toEqual([MAIN]);
    expectToCompile(after, MAIN, { shell: ['/projects/shell/src/public-api.ts'] });
  });

  it('merges another configuration with one that refers to itself', async () => {
    for (const value of [
      '{ ...appConfig, providers: [...appConfig.providers] }',
      'mergeApplicationConfig(appConfig)',
    ]) {
      const tree = await freshApp();
      tree.overwrite(CONFIG, `${CORE}\nexport const appConfig = ${value};\n`);
      const { messages } = await ngAdd(tree);
      expect(messages).toContain('is set up in');
    }
  });

  it('warns if the server does not use the edited file', async () => {
    const tree = await freshApp({ ssr: true });
    tree.overwrite(MAIN, `${BOOTSTRAP}\nbootstrapApplication(App, { providers: [] });\n`);
    const { messages } = await ngAdd(tree);
    expect(messages).toContain(
      'projects/shop/src/main.server.ts does not use projects/shop/src/main.ts',
    );
  });

  it('warns if some builds replace the edited file', async () => {
    const tree = await freshApp();
    const replacement = {
      replace: 'projects/shop/src/app/app.config.ts',
      with: 'projects/shop/src/app/app.config.prod.ts',
    };
    edit(
      tree,
      '/angular.json',
      '"production": {',
      `"production": { "fileReplacements": [${JSON.stringify(replacement)}],`,
    );
    expect((await ngAdd(tree)).messages).toContain(
      'Some builds use projects/shop/src/app/app.config.prod.ts in place of',
    );
  });

  it('warns if some builds have another entry file that does not use the edited file', async () => {
    const other = 'projects/shop/src/main.prod.ts';
    const starts = {
      appConfig: `${BOOTSTRAP}\nimport { appConfig } from './app/app.config';\nbootstrapApplication(App, appConfig);\n`,
      '{ providers: [] }': `${BOOTSTRAP}\nbootstrapApplication(App, { providers: [] });\n`,
    };
    for (const [config, text] of Object.entries(starts)) {
      const tree = await freshApp();
      tree.create(other, text);
      edit(tree, '/angular.json', '"production": {', `"production": { "browser": "${other}",`);
      const warning = `Some builds start from ${other}, which does not use projects/shop/src/app/app.config.ts`;
      expect((await ngAdd(tree)).messages.includes(warning)).toBe(config !== 'appConfig');
    }
  });

  it('names the option to set if a build has no entry file', async () => {
    const tree = await freshApp();
    tree.delete(MAIN);
    await expectAsync(ngAdd(tree)).toBeRejectedWithError(/Set the option "browser"/);
  });
});

describe('ng add, preserving files,', () => {
  it('keeps CRLF, tabs, double quotes, missing semicolons and a byte order mark', async () => {
    const tree = await freshApp();
    const written = tree
      .readText(CONFIG)
      .replaceAll("'", '"')
      .replaceAll(';', '')
      .replaceAll('  ', '\t')
      .replaceAll('\n', '\r\n');
    tree.overwrite(CONFIG, `\uFEFF${written}`);
    const after = (await ngAdd(tree)).tree.read(CONFIG)!.toString('utf8');
    expect(after.startsWith('\uFEFFimport')).toBeTrue();
    expect(lostLines(`\uFEFF${written}`, after)).toEqual([]);
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(after).toContain('\r\n\t\tprovideChargebeePortal(\r\n\t\t\t{ site: "acme-test" },\r\n');
    expect(after).toContain(
      'import { provideChargebeePortal, withGraphql, withIdentity } from "ngx-chargebee-portal"\r\n',
    );
    expectToCompile((await ngAdd(tree)).tree, MAIN);
  });

  it('keeps the bytes of files that are not UTF-8, edited or not', async () => {
    const tree = await freshApp();
    const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
    tree.create(`${APP}/legacy.ts`, latin1('export const name = "Café";\n'));
    tree.overwrite(CONFIG, latin1(`// Café\nimport './legacy';\n${tree.readText(CONFIG)}`));
    const before = snapshot(tree);
    const { tree: after } = await ngAdd(tree);
    expect(changedFiles(before, snapshot(after))).toEqual([CONFIG]);
    expect(lostLines(before[CONFIG], snapshot(after)[CONFIG])).toEqual([]);
    expect(after.read(CONFIG)!.toString('latin1')).toContain('// Café\nimport');
  });

  it('does not fail for a file in UTF-16, or one that is not TypeScript', async () => {
    const tree = await freshApp();
    tree.create(`${APP}/wide.ts`, Buffer.from('\uFEFFexport const a = 1;', 'utf16le'));
    tree.create(`${APP}/video.ts`, Buffer.from([0x47, 0x40, 0x11, 0x10, 0x00, 0xff, 0xfe, 0x80]));
    edit(tree, CONFIG, /^/, `import './wide';\nimport './video';\n`);
    expect(count((await ngAdd(tree)).tree, CONFIG, 'provideChargebeePortal(')).toBe(1);
  });

  it('imports a symbol with an alias if the file imports it as a type', async () => {
    const tree = await freshApp();
    edit(
      tree,
      CONFIG,
      /^/,
      `import { type withIdentity, PortalError } from 'ngx-chargebee-portal';\nexport type Identity = typeof withIdentity;\nexport const used = PortalError;\n`,
    );
    const { tree: after } = await ngAdd(tree);
    expect(code(after, CONFIG)).toContain('withIdentity as chargebeeWithIdentity');
    expectToCompile(after, MAIN);
  });

  it('adds names to an existing import of the library, but not to a type import', async () => {
    const tree = await freshApp();
    edit(
      tree,
      CONFIG,
      /^/,
      `import type { PortalConfig } from 'ngx-chargebee-portal';\nimport {\n  PortalError,\n  withIdentity as identity,\n} from 'ngx-chargebee-portal';\nexport type A = PortalConfig;\nexport const used = [PortalError, identity];\n`,
    );
    const { tree: after } = await ngAdd(tree);
    expect(code(after, CONFIG)).toContain(
      `import { PortalError, withIdentity as identity, provideChargebeePortal, withGraphql, } from 'ngx-chargebee-portal';`,
    );
    expect(code(after, CONFIG)).toContain('identity(() => REPLACE_WITH_THE_SIGNED_IN_USER_ID)');
    expectToCompile(after, MAIN);
  });

  it('reads an angular.json and tsconfig with comments, and does not change them', async () => {
    const tree = await freshApp();
    edit(tree, '/angular.json', '{', '{ // the workspace\n');
    edit(tree, '/projects/shop/tsconfig.app.json', '{', '{ /* the app */');
    const before = snapshot(tree);
    expect(changedFiles(before, snapshot((await ngAdd(tree)).tree))).toEqual([CONFIG]);
  });
});
