import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';
import { readRuntimeConfig } from './app/runtime-config';

bootstrapApplication(App, appConfig(readRuntimeConfig(document))).catch((error: unknown) => {
  console.error(error);
});
