import { platformBrowser } from '@angular/platform-browser';
import { loadRuntimeConfig } from './app/runtime-config';

// Import the module after the configuration has been loaded, because its decorator reads it.
loadRuntimeConfig()
  .then(() => import('./app/app.module'))
  .then(({ AppModule }) => platformBrowser().bootstrapModule(AppModule))
  .catch((error: unknown) => {
    console.error(error);
  });
