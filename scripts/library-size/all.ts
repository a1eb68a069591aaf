// The app of without.ts with all features of the library. Measured by scripts/lib/library-size.mjs.
import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import {
  ChargebeePaymentSourcesDirective,
  ChargebeePortalDirective,
  provideChargebeePortal,
  withBackend,
  withGraphql,
  withIdentity,
  withPortalEvents,
  withPreload,
  withRest,
  withScriptUrl,
} from 'ngx-chargebee-portal';
import { Action } from './action';

@Component({
  selector: 'app-root',
  imports: [Action, ChargebeePortalDirective, ChargebeePaymentSourcesDirective],
  template: `
    <button type="button" appAction="open">Act</button>
    <button type="button" chargebeePortal>Manage billing</button>
    <button type="button" chargebeePaymentSources>Update card</button>
  `,
})
export class App {}

/** Chosen at run time, so that the bundler includes all backends. */
const backends = {
  graphql: () => withGraphql({ url: '/graphql' }),
  rest: () => withRest({ url: '/billing' }),
  own: () => withBackend(() => ({}) as ReturnType<Parameters<typeof withBackend>[0]>),
};

void bootstrapApplication(App, {
  providers: [
    provideChargebeePortal(
      { site: 'acme-test' },
      backends[(document.body.dataset['backend'] ?? 'graphql') as keyof typeof backends](),
      withIdentity(() => document.body.dataset['user']),
      withPortalEvents(() => ({ onEvent: (event) => console.log(event.type) })),
      withPreload('intent'),
      withScriptUrl('https://js.chargebee.com/v2/chargebee.js'),
    ),
  ],
});
