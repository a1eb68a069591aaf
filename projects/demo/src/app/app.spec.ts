import { TestBed } from '@angular/core/testing';
import { DemoPage, users } from '../testing/demo-page';
import { Auth } from './auth/auth';

describe('The account page', () => {
  describe('before signing in', () => {
    it('lists the users of the identity provider', async () => {
      const page = DemoPage.create();
      await page.answerUsers();
      expect(page.element.textContent).toContain('Sign in as Juniper Bakery');
      expect(page.element.textContent).toContain('2 billing accounts');
    });

    it('shows an error when the identity provider does not respond, and can retry', async () => {
      const page = DemoPage.create();
      await page.whenStable();
      page.http.expectOne('http://chargebee.test/idp/users').error(new ProgressEvent('error'));
      await page.whenStable();
      expect(page.alert).toContain('The sign-in service does not answer.');

      page.press('Try again');
      await page.answerUsers();
      expect(page.alert).toBeUndefined();
      expect(page.element.textContent).toContain('Sign in as Juniper Bakery');
    });

    it('asks a visitor who presses Manage billing to sign in', async () => {
      const page = DemoPage.create();
      await page.answerUsers();
      expect(page.element.textContent).toContain('Sign in to see your plan.');
      await (await page.opener('Manage billing')).press();
      page.portal.expectOpen();
      page.portal.failWith('UNAUTHENTICATED');
      await page.whenStable();
      expect(page.alert).toContain('Sign in again');
      expect(await (await page.opener('Manage billing')).isBusy()).toBeFalse();
    });
  });

  describe('for a user', () => {
    it('shows no buttons of the portal until the account is loaded', async () => {
      const page = DemoPage.create();
      await page.answerUsers();
      await page.signIn(users.juniper);
      expect(page.element.textContent).toContain('Loading your billing…');
      await page.answerMe(users.juniper);
      expect(page.element.textContent).not.toContain('Loading your billing…');
      expect(await page.opener('Manage billing')).toBeDefined();
    });

    it('shows plan, price, renewal, card and invoices', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      const text = page.element.textContent;
      for (const shown of [
        'Growth',
        'Active',
        'US$97.00',
        'per month',
        'Renews on 18 December 2026',
        'Visa ending in 4242',
        'Expires 08/2029',
        '18 Nov 2026',
      ]) {
        expect(text).toContain(shown);
      }
    });

    it('shows that it is updating after a change in the portal, until the new state arrives', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      await (await page.opener('Manage billing')).press();
      page.portal.emit({ type: 'loaded' });
      await page.whenStable();
      expect(page.element.textContent).not.toContain('Updating');
      page.portal.emit({ type: 'subscriptionCancelled', subscription: { id: 'juniper-growth' } });
      await page.whenStable();
      expect(page.element.textContent).toContain('Updating');

      page.emitChange(users.juniper, {
        status: 'NON_RENEWING',
        endsAt: '2026-12-18T00:00:00.000Z',
      });
      await page.whenStable();
      expect(page.element.textContent).toContain('Ends on 18 December 2026 and does not renew');
      expect(page.element.textContent).not.toContain('Updating');
    });

    it('can open the portal even if the account could not be loaded, and loads it again', async () => {
      const page = DemoPage.create();
      await page.answerUsers();
      await page.signIn(users.juniper);
      page.backend.expectOne('Me').networkError(new Error('offline'));
      await page.whenStable();
      expect(page.alert).toContain('Your account could not be read.');
      expect(await page.opener('Manage billing')).toBeDefined();

      page.press('Try again');
      await page.whenStable();
      await page.answerMe(users.juniper);
      expect(page.alert).toBeUndefined();
      expect(page.element.textContent).toContain('Growth');
    });

    it('shows a button to try again after an error', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      await (await page.opener('Manage billing')).press();
      page.portal.expectOpen();
      page.portal.failWith('BILLING_UNAVAILABLE');
      await page.whenStable();
      expect(page.alert).toContain('cannot be reached');
      page.press('Try again');
      expect(page.portal.expectOpen().options.customerId).toBe('juniper-bakery');
      await page.whenStable();
      expect(page.alert).toBeUndefined();
    });

    for (const [text, section] of [
      ['Subscription details', 'SUBSCRIPTION_DETAILS'],
      ['Change plan', 'EDIT_SUBSCRIPTION'],
      ['Payment methods', 'PAYMENT_SOURCES'],
      ['Billing history', 'BILLING_HISTORY'],
      ['Account details', 'ACCOUNT_DETAILS'],
      ['Addresses', 'ADDRESS'],
    ] as const) {
      it(`opens ${section} by ${text}`, async () => {
        const page = await DemoPage.signedInAs(users.juniper);
        await (await page.opener(text)).press();
        const { options } = page.portal.expectOpen();
        expect(options.section).toBe(section);
        expect(options.customerId).toBe('juniper-bakery');
        if (section.includes('SUBSCRIPTION')) {
          expect(options.params?.subscriptionId).toBe('juniper-bakery-plan');
        }
      });
    }

    it('opens the hosted page for payment methods by Update card', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      await (await page.opener('Update card')).press();
      expect(page.portal.expectManagePaymentSources().options.customerId).toBe('juniper-bakery');
    });

    it('logs the portal’s events, newest first', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      await (await page.opener('Manage billing')).press();
      page.portal.emit({ type: 'loaded' });
      page.portal.emit({ type: 'visit', sectionType: 'sub_details' });
      page.portal.emit({ type: 'subscriptionCancelled', subscription: { id: 'juniper-growth' } });
      page.portal.emit({ type: 'paymentSourceAdd', status: 'success' });
      page.portal.emit({ type: 'close' });
      await page.whenStable();
      expect(page.events).toEqual([
        'close ',
        'paymentSourceAdd success',
        'subscriptionCancelled juniper-growth',
        'visit sub_details',
        'loaded ',
      ]);
    });

    it('announces to screen readers that the portal is opening', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      const status = () => page.element.querySelector('[role=status]')?.textContent.trim();
      expect(status()).toBe('');
      const opener = await page.opener('Manage billing');
      await opener.press();
      expect(status()).toBe('Opening billing…');
      expect(await opener.isBusy()).toBeTrue();
      page.portal.emit({ type: 'loaded' });
      await page.whenStable();
      expect(status()).toBe('');
    });

    it('hides the error of one user from the next', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      await (await page.opener('Manage billing')).press();
      page.portal.failWith('CUSTOMER_NOT_FOUND');
      await page.whenStable();
      expect(page.alert).toContain('no billing account');

      page.press('Sign out');
      await page.whenStable();
      expect(page.alert).toBeUndefined();
    });

    it('logs out of the portal before it discards the token', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      const auth = TestBed.inject(Auth);
      expect(auth.token()).toBe('token-of-juniper');
      page.press('Sign out');
      expect(page.portal.logouts).toBe(1);
      expect(auth.token()).toBe('token-of-juniper');
      await page.whenStable();
      expect(auth.token()).toBeNull();
      expect(page.element.textContent).toContain('Choose who you are');
    });

    it('shows that the session has expired when a backend rejects the token, and can sign in again', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      page.press('Let my session expire');
      const request = page.http.expectOne('http://chargebee.test/idp/token');
      expect(request.request.body).toEqual({ user: 'juniper', expiresIn: -3600 });
      request.flush({ access_token: 'expired' });
      await page.whenStable();
      expect(TestBed.inject(Auth).token()).toBe('expired');
      page.refuseMe();
      await page.whenStable();
      expect(page.alert).toContain('Your session has expired.');

      page.press('Sign in again');
      page.backend.match('AccountChanged'); // what the merchant's API has ended with the old token
      await page.answerToken('a new token');
      page.backend.expectOne('AccountChanged');
      await page.answerMe(users.juniper);
      expect(page.alert).toBeUndefined();
    });

    it('shows no data of one user to the next', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      await (await page.opener('Manage billing')).press();
      page.portal.emit({ type: 'loaded' });
      page.portal.emit({ type: 'close' });
      await page.whenStable();
      expect(page.events.length).toBe(2);
      page.press('Sign out');
      await page.whenStable();
      expect(page.events).toEqual([]);
      expect(page.element.textContent).not.toContain('Growth');
    });
  });

  describe('for a user with two billing accounts', () => {
    const radios = (page: DemoPage) => [
      ...page.element.querySelectorAll<HTMLInputElement>('input[name=customer]'),
    ];

    it('opens the first account, until another is selected', async () => {
      const page = await DemoPage.signedInAs(users.lumen);
      await (await page.opener('Manage billing')).press();
      expect(page.portal.expectOpen().options.customerId).toBe('juniper-bakery');
      page.portal.emit({ type: 'close' });

      radios(page)[1].click();
      await page.whenStable();
      await (await page.opener('Change plan')).press();
      const { options } = page.portal.expectOpen();
      expect(options.customerId).toBe('harbor-cycles');
      expect(options.params?.subscriptionId).toBe('harbor-cycles-plan');
    });

    it('shows no choice to a user with one account', async () => {
      const page = await DemoPage.signedInAs(users.juniper);
      expect(radios(page)).toEqual([]);
    });
  });
});
