import { GraphQLError } from 'graphql';
import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { inject } from '@angular/core';
import type { ComponentFixture } from '@angular/core/testing';
import { TestBed } from '@angular/core/testing';
import { TestbedHarnessEnvironment } from '@angular/cdk/testing/testbed';
import { ApolloTestingController, ApolloTestingModule } from 'apollo-angular/testing';
import { withIdentity } from 'ngx-chargebee-portal';
import {
  ChargebeePortalTestingController,
  provideChargebeePortalTesting,
} from 'ngx-chargebee-portal/testing';
import { ChargebeePortalHarness } from 'ngx-chargebee-portal/testing/harness';
import { App } from '../app/app';
import type { Plan } from '../app/account/me';
import { Auth, type DemoUser } from '../app/auth/auth';
import { bearerToken } from '../app/auth/bearer-token';
import { RUNTIME_CONFIG, type RuntimeConfig } from '../app/runtime-config';

/** The users of the identity provider in specs. */
export const users = {
  juniper: { id: 'juniper', name: 'Juniper Bakery', customerIds: ['juniper-bakery'] },
  lumen: {
    id: 'lumen',
    name: 'Lumen Accounting',
    customerIds: ['juniper-bakery', 'harbor-cycles'],
  },
} satisfies Record<string, DemoUser>;

const config: RuntimeConfig = {
  site: 'acme-test',
  chargebeeUrl: 'http://chargebee.test',
  graphqlUrl: 'http://backend.test/graphql',
  merchantUrl: 'http://merchant.test/graphql',
};

const names: Record<string, string> = {
  'juniper-bakery': 'Juniper Bakery',
  'harbor-cycles': 'Harbor Cycles',
};

/** Creates a billing account, as the merchant's API returns it. */
function billingAccount(id: string, changes: Partial<Plan>) {
  return {
    __typename: 'Account',
    id,
    name: names[id] ?? id,
    plans: [
      {
        __typename: 'Plan',
        id: `${id}-plan`,
        name: 'Growth',
        status: 'ACTIVE',
        price: { __typename: 'Money', amount: 9700, currency: 'USD' },
        period: 1,
        periodUnit: 'MONTH',
        renewsAt: '2026-12-18T00:00:00.000Z',
        endsAt: null,
        resumesAt: null,
        ...changes,
      },
    ],
    card: { __typename: 'Card', brand: 'visa', last4: '4242', expiryMonth: 8, expiryYear: 2029 },
    invoices: [
      {
        __typename: 'Invoice',
        id: 'INV-1',
        date: '2026-11-18T00:00:00.000Z',
        total: { __typename: 'Money', amount: 9700, currency: 'USD' },
        status: 'PAID',
      },
    ],
  };
}

/** Page object of the demo's page. The portal, the identity provider and the merchant's API are replaced by testing controllers. */
export class DemoPage {
  readonly portal = TestBed.inject(ChargebeePortalTestingController);
  readonly http = TestBed.inject(HttpTestingController);
  readonly backend = TestBed.inject(ApolloTestingController);

  private constructor(readonly fixture: ComponentFixture<App>) {}

  /** Creates the page. Its request for the users is still pending. */
  static create(): DemoPage {
    TestBed.configureTestingModule({
      imports: [ApolloTestingModule],
      providers: [
        provideHttpClient(withInterceptors([bearerToken])),
        provideHttpClientTesting(),
        provideChargebeePortalTesting(withIdentity(() => inject(Auth).userId)),
        { provide: RUNTIME_CONFIG, useValue: config },
      ],
    });
    return new DemoPage(TestBed.createComponent(App));
  }

  /** Creates the page, signs in a user, and responds with their accounts. */
  static async signedInAs(user: DemoUser): Promise<DemoPage> {
    const page = DemoPage.create();
    await page.answerUsers();
    await page.signIn(user);
    await page.answerMe(user);
    return page;
  }

  async answerUsers(): Promise<void> {
    await this.whenStable();
    this.http.expectOne('http://chargebee.test/idp/users').flush(Object.values(users));
    await this.whenStable();
  }

  async signIn(user: DemoUser): Promise<void> {
    this.press(`Sign in as ${user.name}`);
    await this.answerToken(`token-of-${user.id}`);
  }

  async answerToken(access_token: string): Promise<void> {
    this.http.expectOne('http://chargebee.test/idp/token').flush({ access_token });
    await this.whenStable();
  }

  /** Responds to the `Me` query with a user's accounts. `changes` apply to all their plans. */
  async answerMe({ id, name, customerIds }: DemoUser, changes: Partial<Plan> = {}): Promise<void> {
    const accounts = customerIds.map((customerId) => billingAccount(customerId, changes));
    this.backend.expectOne('Me').flushData({ me: { __typename: 'User', id, name, accounts } });
    await this.whenStable();
  }

  /** Emits a change on the merchant API's stream. */
  emitChange({ customerIds }: DemoUser, changes: Partial<Plan>): void {
    const [id = ''] = customerIds;
    this.backend
      .expectOne('AccountChanged')
      .flushData({ accountChanged: billingAccount(id, changes) });
  }

  /** Responds to the `Me` query as if the token were invalid. */
  refuseMe(): void {
    this.backend
      .expectOne('Me')
      .graphqlErrors([
        new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } }),
      ]);
  }

  /** Returns the harness of an element that opens the portal. */
  opener(text: string): Promise<ChargebeePortalHarness> {
    return TestbedHarnessEnvironment.loader(this.fixture).getHarness(
      ChargebeePortalHarness.with({ text }),
    );
  }

  press(text: string): void {
    const buttons = [...this.element.querySelectorAll<HTMLElement>('button')];
    const button = buttons.find((candidate) => candidate.textContent.trim() === text);
    if (!button) throw new Error(`There is no button ${text}.`);
    button.click();
  }

  /** The text of the alert, or undefined when there is none. */
  get alert(): string | undefined {
    return this.#text('[role=alert]');
  }

  /** The lines of the event log, newest first. */
  get events(): string[] {
    const lines = this.element.querySelectorAll('[aria-label="Portal events"] > li');
    return [...lines].map((line) =>
      [...line.querySelectorAll('code, span')].map((part) => part.textContent.trim()).join(' '),
    );
  }

  get element(): HTMLElement {
    return this.fixture.nativeElement as HTMLElement;
  }

  /** Waits until the page shows the responses. */
  async whenStable(): Promise<void> {
    // Lets the promises between a response and the page settle.
    await new Promise((resolve) => setTimeout(resolve));
    await this.fixture.whenStable();
  }

  #text(selector: string): string | undefined {
    return this.element.querySelector(selector)?.textContent.replaceAll(/\s+/g, ' ').trim();
  }
}
