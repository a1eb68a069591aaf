import type Chargebee from 'chargebee';
import type { Emulator } from '../src/index.js';
import {
  call,
  closeEmulatorsAfterEach,
  emulatorForSpec,
  postJson,
  rejection,
  sdkFor,
} from './support.js';
import type { ApiError } from './support.js';

const DAY = 86_400;

describe('subscriptions', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  let sdk: Chargebee;
  /** The SDK's validation rejects parts of `subscription_items` that its types allow. */
  let unchecked: Chargebee;
  beforeEach(async () => {
    emulator = await emulatorForSpec();
    sdk = sdkFor(emulator);
    unchecked = sdkFor(emulator, { enableValidation: false });
  });

  const retrieve = async (id: string) => (await sdk.subscription.retrieve(id)).subscription;
  const advanceDays = (days: number) =>
    postJson(emulator, '/_emulator/clock', { advance: days * DAY });
  const invoicesOf = (id: string) =>
    emulator.store.invoices.list((invoice) => invoice.subscription_id === id);

  it('are returned with their customer', async () => {
    const { subscription, customer } = await sdk.subscription.retrieve('juniper-growth');
    expect(subscription.status).toBe('active');
    expect(subscription.subscription_items?.[0]?.item_price_id).toBe('growth-USD-monthly');
    expect(customer.id).toBe('juniper-bakery');
  });

  it('exist in every state in the seed', () => {
    const states = new Set(emulator.store.subscriptions.list().map(({ status }) => status));
    expect([...states].sort()).toEqual([
      'active',
      'cancelled',
      'future',
      'in_trial',
      'non_renewing',
      'paused',
    ]);
  });

  describe('change of plan', () => {
    it('applied immediately bills the higher price for the rest of the term', async () => {
      const before = invoicesOf('juniper-growth').length;
      const { subscription } = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
      });
      expect(subscription.subscription_items?.[0]?.unit_price).toBe(19_900);
      expect(subscription.subscription_items?.length).toBe(2);
      const [invoice, ...others] = invoicesOf('juniper-growth');
      expect(others.length).toBe(before);
      expect(invoice?.total).toBeGreaterThan(0);
      expect(invoice?.total).toBeLessThan(12_001);
    });

    it('to a cheaper plan creates credit, which the next invoice uses', async () => {
      await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'starter-USD-monthly' }],
      });
      const { refundable_credits } = emulator.store.customers.retrieve('juniper-bakery');
      expect(refundable_credits).toBeGreaterThan(0);
      await advanceDays(31);
      const [invoice] = invoicesOf('juniper-growth');
      expect(invoice?.credits_applied).toBe(Math.min(refundable_credits, invoice?.total ?? 0));
      expect(invoice?.amount_paid).toBe((invoice?.total ?? 0) - (invoice?.credits_applied ?? 0));
    });

    it('to another billing period begins a new term', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly', quantity: 2 }],
      });
      expect(subscription.billing_period_unit).toBe('year');
      const days =
        ((subscription.current_term_end ?? 0) - (subscription.current_term_start ?? 0)) / DAY;
      expect(days).toBeGreaterThan(364);
      // The yearly plan has two months free, but its add-on is priced per month.
      expect(subscription.subscription_items?.[1]?.unit_price).toBe(12 * 900);
      expect(invoicesOf('juniper-growth')[0]?.total).toBe(2 * 79_000 + 2 * 12 * 900);
      const back = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'growth-USD-monthly' }],
      });
      expect(back.subscription.subscription_items?.[1]?.unit_price).toBe(900);
    });

    it('creates credit only for what has been paid', async () => {
      const { store } = emulator;
      const [unpaid] = invoicesOf('quarry-starter');
      await unchecked.subscription.updateForItems('quarry-starter', {
        subscription_items: [{ item_price_id: 'starter-USD-yearly' }],
      });
      expect(store.customers.retrieve('quarry-stone').refundable_credits).toBe(0);
      const { total, amount_due, amount_adjusted } = store.invoices.retrieve(unpaid?.id ?? '');
      expect(amount_adjusted).toBeGreaterThan(0);
      expect(amount_due).toBe(total - amount_adjusted);
      expect((await retrieve('quarry-starter')).total_dues).toBe(amount_due + 29_000);
    });

    it('marks an invoice as paid when nothing remains due, and creates credit for the rest', () => {
      const { store } = emulator;
      store.subscriptions.changePlan('quarry-starter', { item_price_id: 'scale-USD-monthly' });
      const [difference, first] = invoicesOf('quarry-starter');
      store.tables.invoices.update(first?.id ?? '', { status: 'paid', amount_due: 0 });
      store.subscriptions.changePlan('quarry-starter', { item_price_id: 'starter-USD-yearly' });
      const settled = store.invoices.retrieve(difference?.id ?? '');
      expect([settled.status, settled.amount_due]).toEqual(['paid', 0]);
      expect(settled.amount_adjusted).toBe(settled.total);
      const [yearly] = invoicesOf('quarry-starter');
      expect(yearly?.credits_applied).toBeGreaterThan(0);
      expect(yearly?.credits_applied).toBeLessThan(2900);
    });

    it('does not change what is due for earlier terms', async () => {
      const before = emulator.store.invoices.list(({ amount_due }) => amount_due > 0);
      await advanceDays(31);
      await unchecked.subscription.updateForItems('quarry-starter', {
        subscription_items: [{ item_price_id: 'starter-USD-yearly' }],
      });
      const [former] = before;
      expect(former && emulator.store.invoices.retrieve(former.id)).toEqual(former);
    });

    it('before the start bills nothing and begins no term', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('delta-next', {
        subscription_items: [{ item_price_id: 'starter-USD-yearly' }],
      });
      expect([subscription.status, subscription.current_term_start]).toEqual(['future', undefined]);
      expect(subscription.next_billing_at).toBe(subscription.start_date);
      expect(invoicesOf('delta-next')).toEqual([]);
      await advanceDays(21);
      expect(invoicesOf('delta-next').map(({ total }) => total)).toEqual([29_000]);
    });

    it('of a non-renewing subscription moves its end to the end of the new term', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('orchid-scale', {
        subscription_items: [{ item_price_id: 'growth-EUR-monthly' }],
      });
      expect(subscription.status).toBe('non_renewing');
      expect(subscription.next_billing_at).toBeUndefined();
      expect(subscription.current_term_start).toBeGreaterThan(emulator.clock.now() - 60);
      expect(subscription.cancelled_at).toBe(subscription.current_term_end);
    });

    it('moves a pause that is scheduled for the end of the term', async () => {
      await sdk.subscription.pause('juniper-growth', { pause_option: 'end_of_term' });
      const { subscription } = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly' }],
      });
      expect(subscription.pause_date).toBe(subscription.current_term_end);
    });

    it('can be scheduled for the end of the term, and removed', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
        end_of_term: true,
      });
      expect(subscription.has_scheduled_changes).toBe(true);
      expect(subscription.changes_scheduled_at).toBe(subscription.current_term_end);
      expect(subscription.subscription_items?.[0]?.item_price_id).toBe('growth-USD-monthly');
      const preview = await sdk.subscription.retrieveWithScheduledChanges('juniper-growth');
      expect(preview.subscription.subscription_items?.[0]?.item_price_id).toBe('scale-USD-monthly');
      const undone = await sdk.subscription.removeScheduledChanges('juniper-growth');
      expect(undone.subscription.has_scheduled_changes).toBe(false);
      const error = await rejection(
        sdk.subscription.retrieveWithScheduledChanges('juniper-growth'),
      );
      expect(error.api_error_code).toBe('invalid_request');
      expect(
        (await rejection(sdk.subscription.removeScheduledChanges('juniper-growth'))).api_error_code,
      ).toBe('invalid_request');
    });

    it('scheduled for the end of the term is applied when the clock reaches it', async () => {
      await advanceDays(31);
      const subscription = await retrieve('delta-growth');
      expect(subscription.subscription_items?.[0]?.item_price_id).toBe('scale-USD-monthly');
      expect(subscription.has_scheduled_changes).toBe(false);
      expect(invoicesOf('delta-growth')[0]?.total).toBe(19_900);
    });

    it('scheduled for the end of a trial is applied when the trial ends', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('atlas-trial', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly' }],
        end_of_term: true,
      });
      expect(subscription.changes_scheduled_at).toBe(subscription.trial_end);
      await advanceDays(10);
      expect((await retrieve('atlas-trial')).has_scheduled_changes).toBe(false);
      expect(invoicesOf('atlas-trial').map(({ total }) => total)).toEqual([79_000]);
    });

    it('of a future subscription is scheduled for its start, and can be removed', async () => {
      const schedule = () =>
        unchecked.subscription.updateForItems('delta-next', {
          subscription_items: [{ item_price_id: 'growth-USD-monthly' }],
          end_of_term: true,
        });
      const { subscription } = await schedule();
      expect(subscription.changes_scheduled_at).toBe(subscription.start_date);
      const preview = await sdk.subscription.retrieveWithScheduledChanges('delta-next');
      expect(preview.subscription.subscription_items?.[0]?.item_price_id).toBe(
        'growth-USD-monthly',
      );
      const undone = await sdk.subscription.removeScheduledChanges('delta-next');
      expect(undone.subscription.has_scheduled_changes).toBe(false);
      await schedule();
      await advanceDays(21);
      expect(invoicesOf('delta-next').map(({ total }) => total)).toEqual([7900]);
    });

    it('is applied after a pause during which the term has ended', async () => {
      await sdk.subscription.pause('delta-growth');
      await advanceDays(60);
      const { subscription } = await sdk.subscription.resume('delta-growth');
      expect(subscription.subscription_items?.[0]?.item_price_id).toBe('scale-USD-monthly');
      expect(subscription.has_scheduled_changes).toBe(false);
    });

    it('has a date unless a pause without a resume date makes it unknown', async () => {
      const scheduled = async () => (await retrieve('delta-growth')).changes_scheduled_at;
      const { current_term_end = 0 } = (await sdk.subscription.pause('delta-growth')).subscription;
      expect(await scheduled()).toBeUndefined();
      const resumeOn = (resume_date: number) =>
        sdk.subscription.resume('delta-growth', { resume_option: 'specific_date', resume_date });
      await resumeOn(current_term_end - 1);
      expect(await scheduled()).toBe(current_term_end);
      await resumeOn(current_term_end + 30 * DAY);
      expect(await scheduled()).toBe(current_term_end + 30 * DAY);
      await sdk.subscription.removeScheduledResumption('delta-growth');
      await advanceDays(60);
      expect((await retrieve('delta-growth')).has_scheduled_changes).toBe(true);
      expect(await scheduled()).toBeUndefined();
      await sdk.subscription.resume('delta-growth');
      expect((await retrieve('delta-growth')).subscription_items?.[0]?.item_price_id).toBe(
        'scale-USD-monthly',
      );
    });

    it('in a trial bills nothing', async () => {
      await unchecked.subscription.updateForItems('atlas-trial', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly' }],
      });
      expect(invoicesOf('atlas-trial')).toEqual([]);
      expect((await retrieve('atlas-trial')).status).toBe('in_trial');
    });

    it('in a trial that will be cancelled bills nothing', async () => {
      await sdk.subscription.cancelForItems('atlas-trial', { end_of_term: true });
      await unchecked.subscription.updateForItems('atlas-trial', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly' }],
      });
      expect(invoicesOf('atlas-trial')).toEqual([]);
      expect(emulator.store.customers.retrieve('atlas-freight').refundable_credits).toBe(0);
    });

    it('can include custom fields', async () => {
      await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
        cf_purchase_order: 'PO-9',
      });
      expect((await retrieve('juniper-growth')).cf_purchase_order).toBe('PO-9');
    });

    it('can consist of custom fields only', async () => {
      const before = invoicesOf('juniper-growth').length;
      for (const plan of ['', '&subscription_items[item_price_id][0]=growth-USD-monthly']) {
        const form = `cf_purchase_order=PO-10${plan}`;
        const path = '/subscriptions/juniper-growth/update_for_items';
        expect((await call(emulator, 'POST', path, form)).status).toBe(200);
      }
      expect((await retrieve('juniper-growth')).cf_purchase_order).toBe('PO-10');
      expect(invoicesOf('juniper-growth').length).toBe(before);
    });

    const wrong: [string, id: string, form: string, code: string][] = [
      [
        'the same plan',
        'juniper-growth',
        'subscription_items[item_price_id][0]=growth-USD-monthly',
        'invalid_request',
      ],
      [
        'an unknown plan',
        'juniper-growth',
        'subscription_items[item_price_id][0]=gold',
        'resource_not_found',
      ],
      [
        'another currency',
        'juniper-growth',
        'subscription_items[item_price_id][0]=scale-EUR-monthly',
        'param_wrong_value',
      ],
      [
        'a quantity of 0',
        'juniper-growth',
        'subscription_items[item_price_id][0]=scale-USD-monthly&subscription_items[quantity][0]=0',
        'param_wrong_value',
      ],
      ['no parameters', 'juniper-growth', '', 'param_wrong_value'],
      [
        'two plans',
        'juniper-growth',
        'subscription_items[item_price_id][0]=scale-USD-monthly&subscription_items[item_price_id][1]=starter-USD-monthly',
        'param_wrong_value',
      ],
      [
        'a cancelled subscription',
        'cedar-growth',
        'subscription_items[item_price_id][0]=scale-USD-monthly',
        'invalid_state_for_request',
      ],
      [
        'the end of the term of a non-renewing subscription',
        'orchid-scale',
        'subscription_items[item_price_id][0]=growth-EUR-yearly&end_of_term=true',
        'invalid_state_for_request',
      ],
    ];
    for (const [what, id, form, code] of wrong) {
      it(`is rejected for ${what}`, async () => {
        const answer = await call(emulator, 'POST', `/subscriptions/${id}/update_for_items`, form);
        expect(((await answer.json()) as ApiError).api_error_code).toBe(code);
      });
    }
  });

  describe('pause', () => {
    it('lasts for the given number of terms after the current one', async () => {
      const { subscription } = await sdk.subscription.pause('juniper-growth', {
        pause_option: 'billing_cycles',
        skip_billing_cycles: 2,
      });
      expect([subscription.status, subscription.pause_date]).toEqual([
        'active',
        subscription.current_term_end,
      ]);
      const days = ((subscription.resume_date ?? 0) - (subscription.pause_date ?? 0)) / DAY;
      expect(days).toBeGreaterThan(58);
      expect(days).toBeLessThan(63);
      const invoices = invoicesOf('juniper-growth').length;
      await advanceDays(40);
      expect((await retrieve('juniper-growth')).status).toBe('paused');
      await advanceDays(60);
      expect((await retrieve('juniper-growth')).status).toBe('active');
      expect(invoicesOf('juniper-growth').length).toBeGreaterThan(invoices);
      const none = sdk.subscription.pause('harbor-starter', { pause_option: 'billing_cycles' });
      expect((await rejection(none)).param).toBe('skip_billing_cycles');
    });

    it('begins and ends immediately', async () => {
      const paused = (await sdk.subscription.pause('juniper-growth')).subscription;
      expect(paused.status).toBe('paused');
      expect(paused.next_billing_at).toBeUndefined();
      const resumed = (await sdk.subscription.resume('juniper-growth')).subscription;
      expect(resumed.status).toBe('active');
      expect(resumed.pause_date).toBeUndefined();
      expect(resumed.next_billing_at).toBe(resumed.current_term_end);
    });

    it('bills a new term when it ends after the current term', async () => {
      await sdk.subscription.pause('juniper-growth');
      const before = invoicesOf('juniper-growth').length;
      await advanceDays(60);
      expect(invoicesOf('juniper-growth').length).toBe(before);
      await sdk.subscription.resume('juniper-growth');
      expect(invoicesOf('juniper-growth').length).toBe(before + 1);
    });

    it('can be scheduled for the end of the term, removed, and is applied', async () => {
      const scheduled = (
        await sdk.subscription.pause('juniper-growth', { pause_option: 'end_of_term' })
      ).subscription;
      expect([scheduled.status, scheduled.pause_date]).toEqual([
        'active',
        scheduled.current_term_end,
      ]);
      const undone = (await sdk.subscription.removeScheduledPause('juniper-growth')).subscription;
      expect(undone.pause_date).toBeUndefined();
      await sdk.subscription.pause('juniper-growth', { pause_option: 'end_of_term' });
      await advanceDays(31);
      expect((await retrieve('juniper-growth')).status).toBe('paused');
    });

    it('can begin and end on dates', async () => {
      const now = emulator.clock.now();
      await sdk.subscription.pause('juniper-growth', {
        pause_option: 'specific_date',
        pause_date: now + 2 * DAY,
        resume_date: now + 4 * DAY,
      });
      await advanceDays(3);
      expect((await retrieve('juniper-growth')).status).toBe('paused');
      await advanceDays(2);
      expect((await retrieve('juniper-growth')).status).toBe('active');
    });

    it('can have a scheduled resumption, which can be removed', async () => {
      const undone = await sdk.subscription.removeScheduledResumption('harbor-workshop');
      expect(undone.subscription.resume_date).toBeUndefined();
      const resume_date = emulator.clock.now() + DAY;
      await sdk.subscription.resume('harbor-workshop', {
        resume_option: 'specific_date',
        resume_date,
      });
      expect((await retrieve('harbor-workshop')).resume_date).toBe(resume_date);
      await advanceDays(2);
      expect((await retrieve('harbor-workshop')).status).toBe('active');
    });

    it('ends on its date, however far the clock is moved', async () => {
      const { resume_date = 0 } = await retrieve('harbor-workshop');
      const before = invoicesOf('harbor-workshop').length;
      await advanceDays(110);
      const dates = invoicesOf('harbor-workshop').map(({ date }) => date);
      expect(dates.length).toBe(before + 3);
      expect(dates[2]).toBe(resume_date);
      expect((await retrieve('harbor-workshop')).current_term_end).toBeGreaterThan(
        emulator.clock.now(),
      );
    });

    const now = Math.floor(Date.now() / 1000);
    const wrong: [string, path: string, form: string, status: number][] = [
      [
        'a date in the past',
        'juniper-growth/pause',
        'pause_option=specific_date&pause_date=5',
        400,
      ],
      ['an end before its start', 'juniper-growth/pause', `resume_date=${now - DAY}`, 400],
      ['an invalid time', 'juniper-growth/pause', 'resume_date=soon', 400],
      ['an unknown option', 'juniper-growth/pause', 'pause_option=later', 400],
      ['a paused subscription', 'harbor-workshop/pause', '', 409],
      ['an active subscription, when resuming', 'juniper-growth/resume', '', 409],
      [
        'an end in the past',
        'harbor-workshop/resume',
        'resume_option=specific_date&resume_date=5',
        400,
      ],
      ['an end without a date', 'harbor-workshop/resume', 'resume_option=specific_date', 400],
      [
        'a subscription without a scheduled pause, when removing it',
        'juniper-growth/remove_scheduled_pause',
        '',
        409,
      ],
      ['an unknown subscription', 'nothing/pause', '', 404],
    ];
    for (const [what, path, form, status] of wrong) {
      it(`is rejected for ${what}`, async () => {
        expect((await call(emulator, 'POST', `/subscriptions/${path}`, form)).status).toBe(status);
      });
    }

    it('has no resumption to remove when none is scheduled', async () => {
      await sdk.subscription.removeScheduledResumption('harbor-workshop');
      const error = await rejection(sdk.subscription.removeScheduledResumption('harbor-workshop'));
      expect(error.api_error_code).toBe('invalid_state_for_request');
    });
  });

  describe('cancellation', () => {
    it('can be immediate', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('juniper-growth', {
        cancel_reason_code: 'Too dear',
      });
      expect(subscription.status).toBe('cancelled');
      expect(subscription.cancel_reason_code).toBe('Too dear');
      expect(subscription.next_billing_at).toBeUndefined();
    });

    it('can be scheduled for the end of the term, removed, and is applied', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('juniper-growth', {
        end_of_term: true,
      });
      expect(subscription.status).toBe('non_renewing');
      expect(subscription.cancelled_at).toBe(subscription.current_term_end);
      const undone = await sdk.subscription.removeScheduledCancellation('juniper-growth');
      expect(undone.subscription.status).toBe('active');
      await sdk.subscription.cancelForItems('juniper-growth', { cancel_option: 'end_of_term' });
      const before = invoicesOf('juniper-growth').length;
      await advanceDays(31);
      expect((await retrieve('juniper-growth')).status).toBe('cancelled');
      expect(invoicesOf('juniper-growth').length).toBe(before);
    });

    it('removed during a trial restores the trial', async () => {
      await sdk.subscription.cancelForItems('atlas-trial', { end_of_term: true });
      const { subscription } = await sdk.subscription.removeScheduledCancellation('atlas-trial');
      expect(subscription.status).toBe('in_trial');
    });

    it('of a paused subscription at the end of the term is immediate, because no term is running', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('harbor-workshop', {
        end_of_term: true,
      });
      expect(subscription.status).toBe('cancelled');
    });

    it('removes a scheduled change', async () => {
      await sdk.subscription.cancelForItems('delta-growth');
      expect(emulator.store.subscriptions.scheduledChange('delta-growth')).toBeUndefined();
    });

    it('removes a scheduled change even when the cancellation itself is scheduled', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('delta-growth', {
        end_of_term: true,
      });
      expect([subscription.has_scheduled_changes, subscription.changes_scheduled_at]).toEqual([
        false,
        undefined,
      ]);
      await sdk.subscription.removeScheduledCancellation('delta-growth');
      await advanceDays(31);
      expect((await retrieve('delta-growth')).subscription_items?.[0]?.item_price_id).toBe(
        'growth-USD-monthly',
      );
    });

    it('can be reverted by reactivation', async () => {
      const before = invoicesOf('cedar-growth').length;
      const { subscription } = await sdk.subscription.reactivate('cedar-growth');
      expect(subscription.status).toBe('active');
      expect(subscription.cancelled_at).toBeUndefined();
      expect(invoicesOf('cedar-growth').length).toBe(before + 1);
    });

    it('can be reverted by reactivation after the clock was moved back', async () => {
      await sdk.subscription.cancelForItems('juniper-growth');
      await advanceDays(-3);
      const { subscription } = await sdk.subscription.reactivate('juniper-growth');
      expect(subscription.current_term_start).toBeLessThanOrEqual(emulator.clock.now());
      expect(subscription.next_billing_at).toBe(subscription.current_term_end);
      expect(subscription.current_term_end).toBeGreaterThan(emulator.clock.now());
    });

    it('before the start ends no term, and reactivation starts the subscription', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('delta-next');
      expect([subscription.status, subscription.current_term_end]).toEqual([
        'cancelled',
        undefined,
      ]);
      const back = (await sdk.subscription.reactivate('delta-next')).subscription;
      expect(back.current_term_start).toBeLessThanOrEqual(emulator.clock.now());
      expect([back.start_date, back.started_at]).toEqual([
        back.current_term_start,
        back.current_term_start,
      ]);
    });

    it('in a trial is reactivated without the trial', async () => {
      await sdk.subscription.cancelForItems('atlas-trial');
      const { subscription } = await sdk.subscription.reactivate('atlas-trial');
      expect(subscription.trial_end).toBe(subscription.current_term_start);
      await sdk.subscription.cancelForItems('atlas-trial', { end_of_term: true });
      const undone = await sdk.subscription.removeScheduledCancellation('atlas-trial');
      expect(undone.subscription.status).toBe('active');
      await advanceDays(10);
      expect(invoicesOf('atlas-trial').length).toBe(1);
    });

    it('is rejected for a cancelled subscription, and reactivation for one that is not cancelled', async () => {
      const again = await rejection(sdk.subscription.cancelForItems('cedar-growth'));
      expect(again.api_error_code).toBe('invalid_state_for_request');
      const active = await rejection(sdk.subscription.reactivate('juniper-growth'));
      expect(active.api_error_code).toBe('invalid_state_for_request');
    });
  });

  describe('over time', () => {
    it('are renewed and billed term by term', async () => {
      const before = invoicesOf('juniper-growth').length;
      await advanceDays(95);
      expect(invoicesOf('juniper-growth').length).toBe(before + 3);
      const subscription = await retrieve('juniper-growth');
      expect(subscription.current_term_end).toBeGreaterThan(emulator.clock.now());
    });

    it('are billed when a trial ends, with a due invoice when there is no card', async () => {
      await advanceDays(10);
      const subscription = await retrieve('atlas-trial');
      expect(subscription.status).toBe('active');
      const [invoice] = invoicesOf('atlas-trial');
      expect([invoice?.status, invoice?.first_invoice, invoice?.amount_due]).toEqual([
        'payment_due',
        true,
        19_900,
      ]);
      expect(subscription.due_invoices_count).toBe(1);
    });

    it('start on their start date', async () => {
      await advanceDays(21);
      const subscription = await retrieve('delta-next');
      expect(subscription.status).toBe('active');
      expect(subscription.started_at).toBe(subscription.start_date);
      expect(invoicesOf('delta-next').length).toBe(1);
    });

    it('have an unpaid invoice when the card has expired', async () => {
      expect(emulator.store.customers.retrieve('quarry-stone').card_status).toBe('expired');
      await advanceDays(31);
      expect(invoicesOf('quarry-stone')[0]?.status).toBeUndefined();
      expect(invoicesOf('quarry-starter')[0]?.status).toBe('not_paid');
    });

    it('have unpaid invoices only after the card has expired', async () => {
      emulator.clock.set(Date.parse('2030-11-24T12:00:00Z') / 1000);
      await postJson(emulator, '/_emulator/seed', {
        customers: [
          {
            id: 'a',
            cards: [{ number: '4242424242424242', expiry_month: 2, expiry_year: 2031 }],
            subscriptions: [{ id: 'monthly', item_price_id: 'starter-USD-monthly' }],
          },
        ],
      });
      await advanceDays(130);
      expect(emulator.store.customers.retrieve('a').card_status).toBe('expired');
      const invoices = invoicesOf('monthly').map(({ date, status }) => [
        new Date(date * 1000).toISOString().slice(0, 10),
        status,
      ]);
      expect(invoices.reverse()).toEqual([
        ['2030-11-24', 'paid'],
        ['2030-12-24', 'paid'],
        ['2031-01-24', 'paid'],
        ['2031-02-24', 'paid'],
        ['2031-03-24', 'not_paid'],
      ]);
    });

    it('are billed on the same day of every month that has it', async () => {
      emulator.clock.set(Date.parse('2030-01-31T12:00:00Z') / 1000);
      const { id } = emulator.store.subscriptions.create('juniper-bakery', {
        item_price_id: 'starter-USD-monthly',
      });
      await postJson(emulator, '/_emulator/clock', { set: '2030-05-30T13:00:00Z' });
      const days = invoicesOf(id).map(({ date }) => new Date(date * 1000).toISOString());
      expect(days.reverse().map((day) => day.slice(0, 10))).toEqual([
        '2030-01-31',
        '2030-02-28',
        '2030-03-31',
        '2030-04-30',
      ]);
    });

    it('are billed a bounded number of terms after decades, including the current one', async () => {
      const before = invoicesOf('juniper-growth').length;
      await advanceDays(9000);
      expect(invoicesOf('juniper-growth').length - before).toBe(120);
      const subscription = await retrieve('juniper-growth');
      const now = emulator.clock.now();
      expect(subscription.current_term_start).toBeLessThanOrEqual(now);
      expect(subscription.current_term_end).toBeGreaterThan(now);
      expect(invoicesOf('juniper-growth')[0]?.date).toBe(subscription.current_term_start ?? 0);
      await postJson(emulator, '/_emulator/clock', { advance: 2 });
      await retrieve('juniper-growth');
      expect(invoicesOf('juniper-growth').length - before).toBe(120);
    });

    it('have no change due in the past, however far the clock is moved', async () => {
      await postJson(emulator, '/_emulator/seed', {
        items: [
          {
            id: 'daily',
            name: 'D',
            prices: [{ id: 'daily', name: 'D', price: 1, period_unit: 'day' }],
          },
        ],
        customers: [
          {
            id: 'a',
            subscriptions: ['active', 'in_trial', 'future', 'paused'].map((status) => ({
              id: status,
              status,
              item_price_id: 'daily',
              ...(status === 'paused' ? { resume_date: emulator.clock.now() + 300 * DAY } : {}),
            })),
          },
        ],
      });
      await sdk.subscription.pause('active', {
        pause_option: 'specific_date',
        pause_date: emulator.clock.now() + 1000 * DAY,
        resume_date: emulator.clock.now() + 2000 * DAY,
      });
      await advanceDays(7300);
      for (const { id, status, current_term_end } of emulator.store.subscriptions.list()) {
        expect(status).withContext(id).toBe('active');
        expect(current_term_end).withContext(id).toBeGreaterThan(emulator.clock.now());
        expect(invoicesOf(id).length).withContext(id).toBeLessThan(130);
      }
    });
  });

  it('can have their term end moved', async () => {
    const term_ends_at = emulator.clock.now() + 60 * DAY;
    for (const id of ['juniper-growth', 'atlas-trial', 'orchid-scale']) {
      const { subscription } = await sdk.subscription.changeTermEnd(id, { term_ends_at });
      expect(subscription.current_term_end).toBe(term_ends_at);
    }
    expect((await retrieve('atlas-trial')).trial_end).toBe(term_ends_at);
    expect((await retrieve('orchid-scale')).cancelled_at).toBe(term_ends_at);
    const past = await rejection(
      sdk.subscription.changeTermEnd('juniper-growth', { term_ends_at: 1000 }),
    );
    expect(past.param).toBe('term_ends_at');
  });

  it('move changes scheduled for the end of the term along with it', async () => {
    await unchecked.subscription.updateForItems('juniper-growth', {
      subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
      end_of_term: true,
    });
    await sdk.subscription.pause('juniper-growth', { pause_option: 'end_of_term' });
    const term_ends_at = emulator.clock.now() + 60 * DAY;
    const { subscription } = await sdk.subscription.changeTermEnd('juniper-growth', {
      term_ends_at,
    });
    expect(subscription.changes_scheduled_at).toBe(term_ends_at);
    expect(subscription.pause_date).toBe(term_ends_at);
    expect(subscription.next_billing_at).toBe(term_ends_at);
  });

  it('drop a pause when the term end is moved beyond it', async () => {
    const { current_term_end = 0 } = await retrieve('juniper-growth');
    await sdk.subscription.pause('juniper-growth', {
      pause_option: 'end_of_term',
      resume_date: current_term_end + 5 * DAY,
    });
    const { subscription } = await sdk.subscription.changeTermEnd('juniper-growth', {
      term_ends_at: current_term_end + 10 * DAY,
    });
    expect([subscription.pause_date, subscription.resume_date]).toEqual([undefined, undefined]);
  });

  it('return to a trial when the cancellation of an extended trial is removed', async () => {
    await sdk.subscription.cancelForItems('atlas-trial', { end_of_term: true });
    const term_ends_at = emulator.clock.now() + 60 * DAY;
    await sdk.subscription.changeTermEnd('atlas-trial', { term_ends_at });
    const { subscription } = await sdk.subscription.removeScheduledCancellation('atlas-trial');
    expect([subscription.status, subscription.trial_end]).toEqual(['in_trial', term_ends_at]);
  });

  it('are billed on the day to which their term end was moved', async () => {
    emulator.clock.set(Date.parse('2030-01-31T12:00:00Z') / 1000);
    const { id } = emulator.store.subscriptions.create('juniper-bakery', {
      item_price_id: 'starter-USD-monthly',
    });
    await sdk.subscription.changeTermEnd(id, {
      term_ends_at: Date.parse('2030-02-15T12:00:00Z') / 1000,
    });
    await postJson(emulator, '/_emulator/clock', { set: '2030-02-16T12:00:00Z' });
    expect((await retrieve(id)).current_term_end).toBe(Date.parse('2030-03-15T12:00:00Z') / 1000);
  });

  it('do not show attributes that only the emulator has', async () => {
    const { list } = await sdk.subscription.list({ limit: 100 });
    const all = [await retrieve('juniper-growth'), ...list.map(({ subscription }) => subscription)];
    expect(all.filter((subscription) => 'billing_day' in subscription)).toEqual([]);
  });

  it('can have their own card, or return to the primary one', async () => {
    const [spare] = emulator.store.paymentSources.forCustomer('harbor-cycles');
    const chosen = await sdk.subscription.overrideBillingProfile('harbor-starter', {
      payment_source_id: spare?.id ?? '',
    });
    expect(chosen.subscription.payment_source_id).toBe(spare?.id);
    await call(emulator, 'POST', '/subscriptions/harbor-starter/override_billing_profile', '');
    expect((await retrieve('harbor-starter')).payment_source_id).toBe(spare?.id);
    await call(
      emulator,
      'POST',
      '/subscriptions/harbor-starter/override_billing_profile',
      'payment_source_id=',
    );
    expect((await retrieve('harbor-starter')).payment_source_id).toBeUndefined();
    const foreign = await rejection(
      sdk.subscription.overrideBillingProfile('juniper-growth', {
        payment_source_id: spare?.id ?? '',
      }),
    );
    expect(foreign.api_error_code).toBe('invalid_state_for_request');
  });

  it('can be created from code', () => {
    const { store } = emulator;
    const made = store.subscriptions.create('juniper-bakery', {
      item_price_id: 'starter-USD-monthly',
    });
    expect(made.status).toBe('active');
    expect(made.shipping_address?.line1).toBe('4 Mill Lane, back entrance');
    expect(invoicesOf(made.id)[0]?.total).toBe(2900);
    const other = store.subscriptions.create('harbor-cycles', {
      id: 'chosen',
      item_price_id: 'growth-USD-monthly',
      quantity: 3,
    });
    expect([other.id, other.mrr]).toEqual(['chosen', 3 * 7900]);
  });
});
