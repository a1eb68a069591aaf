import { platformBrowser } from '@angular/platform-browser';
import { loadRuntimeConfig } from './app/runtime-config';

// The module is imported when the configuration is there, because its decorator uses it.
loadRuntimeConfig()
  .then(() => import('./app/app.module'))
  .then(({ AppModule }) => platformBrowser().bootstrapModule(AppModule))
  .catch((error: unknown) => {
    console.error(error);
  });
