import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import type { ComponentFixture } from '@angular/core/testing';
import { TestBed } from '@angular/core/testing';
import { TestbedHarnessEnvironment } from '@angular/cdk/testing/testbed';
import { ApolloTestingController, ApolloTestingModule } from 'apollo-angular/testing';
import {
  ChargebeePortalHarness,
  ChargebeePortalTestingController,
  provideChargebeePortalTesting,
} from 'ngx-chargebee-portal/testing';
import { App } from '../app/app';
import type { DemoUser } from '../app/auth/auth';
import { bearerToken } from '../app/auth/bearer-token';
import { RUNTIME_CONFIG, type RuntimeConfig } from '../app/runtime-config';

/** The users that the identity provider has in a spec. */
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
};

/** The demo's page with the portal, the identity provider and the backend in a spec's hands. */
export class DemoPage {
  readonly portal = TestBed.inject(ChargebeePortalTestingController);
  readonly http = TestBed.inject(HttpTestingController);
  readonly backend = TestBed.inject(ApolloTestingController);

  private constructor(readonly fixture: ComponentFixture<App>) {}

  /** Shows the page, the users not answered yet. */
  static create(): DemoPage {
    TestBed.configureTestingModule({
      imports: [ApolloTestingModule],
      providers: [
        provideHttpClient(withInterceptors([bearerToken])),
        provideHttpClientTesting(),
        provideChargebeePortalTesting(),
        { provide: RUNTIME_CONFIG, useValue: config },
      ],
    });
    return new DemoPage(TestBed.createComponent(App));
  }

  /** Shows the page as it is for a user who has signed in and whose account is read. */
  static async signedInAs(user: DemoUser): Promise<DemoPage> {
    const page = DemoPage.create();
    await page.answerUsers();
    await page.signIn(user);
    await page.answerViewer(user);
    return page;
  }

  async answerUsers(): Promise<void> {
    await this.settle();
    this.http.expectOne('http://chargebee.test/idp/users').flush(Object.values(users));
    await this.settle();
  }

  async signIn(user: DemoUser): Promise<void> {
    this.press(`Sign in as ${user.name}`);
    await this.answerToken(`token-of-${user.id}`);
  }

  async answerToken(access_token: string): Promise<void> {
    this.http.expectOne('http://chargebee.test/idp/token').flush({ access_token });
    await this.settle();
  }

  async answerViewer({ id, customerIds }: DemoUser): Promise<void> {
    this.backend
      .expectOne('Viewer')
      .flushData({ viewer: { __typename: 'Viewer', id, customerIds } });
    await this.settle();
  }

  /** The harness of an element that opens the portal. */
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

  /** Waits until what was answered shows. */
  async settle(): Promise<void> {
    // One turn of the event loop, in which the promises between an answer and the page are kept.
    await new Promise((resolve) => setTimeout(resolve));
    await this.fixture.whenStable();
  }

  #text(selector: string): string | undefined {
    return this.element.querySelector(selector)?.textContent.replaceAll(/\s+/g, ' ').trim();
  }
}
