import {
  DOCUMENT,
  inject,
  mergeApplicationConfig,
  provideEnvironmentInitializer,
  type ApplicationConfig,
} from '@angular/core';
import { provideServerRendering, RenderMode, withRoutes } from '@angular/ssr';
import { runtimeConfigFromEnvironment } from '../environment.server';
import { appConfig } from './app.config';
import { writeRuntimeConfig } from './runtime-config';

/** Returns the app's providers on the server. They write the configuration into the page, for the browser. */
export function serverAppConfig(): ApplicationConfig {
  const config = runtimeConfigFromEnvironment();
  return mergeApplicationConfig(appConfig(config), {
    providers: [
      provideServerRendering(withRoutes([{ path: '**', renderMode: RenderMode.Server }])),
      provideEnvironmentInitializer(() => {
        writeRuntimeConfig(inject(DOCUMENT), config);
      }),
    ],
  });
}
