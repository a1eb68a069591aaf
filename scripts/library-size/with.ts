// The app of without.ts with the library and its GraphQL backend. Measured by scripts/lib/library-size.mjs.
import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import {
  ChargebeePortalDirective,
  provideChargebeePortal,
  withGraphql,
  withIdentity,
} from 'ngx-chargebee-portal';
import { Action } from './action';

@Component({
  selector: 'app-root',
  imports: [Action, ChargebeePortalDirective],
  template: `
    <button type="button" appAction="open">Act</button>
    <button type="button" chargebeePortal>Manage billing</button>
  `,
})
export class App {}

void bootstrapApplication(App, {
  providers: [
    provideChargebeePortal(
      { site: 'acme-test' },
      withGraphql({ url: '/graphql' }),
      withIdentity(() => document.body.dataset['user']),
    ),
  ],
});
