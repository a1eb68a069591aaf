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
  /** The SDK's own validation refuses what its types say of `subscription_items`. */
  let unchecked: Chargebee;
  beforeEach(async () => {
    emulator = await emulatorForSpec();
    sdk = sdkFor(emulator);
    unchecked = sdkFor(emulator, { enableValidation: false });
  });

  const retrieve = async (id: string) => (await sdk.subscription.retrieve(id)).subscription;
  const passTime = (days: number) =>
    postJson(emulator, '/_emulator/clock', { advance: days * DAY });
  const invoicesOf = (id: string) =>
    emulator.store.invoices.list((invoice) => invoice.subscription_id === id);

  it('come with their customer', async () => {
    const { subscription, customer } = await sdk.subscription.retrieve('juniper-growth');
    expect(subscription.status).toBe('active');
    expect(subscription.subscription_items?.[0]?.item_price_id).toBe('growth-USD-monthly');
    expect(customer.id).toBe('juniper-bakery');
  });

  it('of every state are in the seed', () => {
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
    it('at once bills what the rest of the term costs more', async () => {
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

    it('to a cheaper one gives credit, which the next invoice uses', async () => {
      await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'starter-USD-monthly' }],
      });
      const { refundable_credits } = emulator.store.customers.retrieve('juniper-bakery');
      expect(refundable_credits).toBeGreaterThan(0);
      await passTime(31);
      const [invoice] = invoicesOf('juniper-growth');
      expect(invoice?.credits_applied).toBe(Math.min(refundable_credits, invoice?.total ?? 0));
      expect(invoice?.amount_paid).toBe((invoice?.total ?? 0) - (invoice?.credits_applied ?? 0));
    });

    it('to another period begins a new term', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly', quantity: 2 }],
      });
      expect(subscription.billing_period_unit).toBe('year');
      const days =
        ((subscription.current_term_end ?? 0) - (subscription.current_term_start ?? 0)) / DAY;
      expect(days).toBeGreaterThan(364);
      // Two months of the plan are free, but none of its add-on, which is sold by the month.
      expect(subscription.subscription_items?.[1]?.unit_price).toBe(12 * 900);
      expect(invoicesOf('juniper-growth')[0]?.total).toBe(2 * 79_000 + 2 * 12 * 900);
      const back = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'growth-USD-monthly' }],
      });
      expect(back.subscription.subscription_items?.[1]?.unit_price).toBe(900);
    });

    it('gives credit only for what has been paid', async () => {
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

    it('settles an invoice of which nothing is left to pay, and gives credit for the rest', () => {
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

    it('leaves what is due for former terms as it is', async () => {
      const before = emulator.store.invoices.list(({ amount_due }) => amount_due > 0);
      await passTime(31);
      await unchecked.subscription.updateForItems('quarry-starter', {
        subscription_items: [{ item_price_id: 'starter-USD-yearly' }],
      });
      const [former] = before;
      expect(former && emulator.store.invoices.retrieve(former.id)).toEqual(former);
    });

    it('before the start costs nothing and begins no term', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('delta-next', {
        subscription_items: [{ item_price_id: 'starter-USD-yearly' }],
      });
      expect([subscription.status, subscription.current_term_start]).toEqual(['future', undefined]);
      expect(subscription.next_billing_at).toBe(subscription.start_date);
      expect(invoicesOf('delta-next')).toEqual([]);
      await passTime(21);
      expect(invoicesOf('delta-next').map(({ total }) => total)).toEqual([29_000]);
    });

    it('of one that is about to end lets it end with the new term', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('orchid-scale', {
        subscription_items: [{ item_price_id: 'growth-EUR-monthly' }],
      });
      expect(subscription.status).toBe('non_renewing');
      expect(subscription.next_billing_at).toBeUndefined();
      expect(subscription.current_term_start).toBeGreaterThan(emulator.clock.now() - 60);
      expect(subscription.cancelled_at).toBe(subscription.current_term_end);
    });

    it('moves a pause that waits for the end of the term with it', async () => {
      await sdk.subscription.pause('juniper-growth', { pause_option: 'end_of_term' });
      const { subscription } = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly' }],
      });
      expect(subscription.pause_date).toBe(subscription.current_term_end);
    });

    it('at the end of the term waits for it, and can be undone', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
        end_of_term: true,
      });
      expect(subscription.has_scheduled_changes).toBe(true);
      expect(subscription.changes_scheduled_at).toBe(subscription.current_term_end);
      expect(subscription.subscription_items?.[0]?.item_price_id).toBe('growth-USD-monthly');
      const coming = await sdk.subscription.retrieveWithScheduledChanges('juniper-growth');
      expect(coming.subscription.subscription_items?.[0]?.item_price_id).toBe('scale-USD-monthly');
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

    it('at the end of the term comes about when the clock reaches it', async () => {
      await passTime(31);
      const subscription = await retrieve('delta-growth');
      expect(subscription.subscription_items?.[0]?.item_price_id).toBe('scale-USD-monthly');
      expect(subscription.has_scheduled_changes).toBe(false);
      expect(invoicesOf('delta-growth')[0]?.total).toBe(19_900);
    });

    it('at the end of a trial comes about when that ends', async () => {
      const { subscription } = await unchecked.subscription.updateForItems('atlas-trial', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly' }],
        end_of_term: true,
      });
      expect(subscription.changes_scheduled_at).toBe(subscription.trial_end);
      await passTime(10);
      expect((await retrieve('atlas-trial')).has_scheduled_changes).toBe(false);
      expect(invoicesOf('atlas-trial').map(({ total }) => total)).toEqual([79_000]);
    });

    it('of one in the future waits for its start, and can be undone', async () => {
      const schedule = () =>
        unchecked.subscription.updateForItems('delta-next', {
          subscription_items: [{ item_price_id: 'growth-USD-monthly' }],
          end_of_term: true,
        });
      const { subscription } = await schedule();
      expect(subscription.changes_scheduled_at).toBe(subscription.start_date);
      const coming = await sdk.subscription.retrieveWithScheduledChanges('delta-next');
      expect(coming.subscription.subscription_items?.[0]?.item_price_id).toBe('growth-USD-monthly');
      const undone = await sdk.subscription.removeScheduledChanges('delta-next');
      expect(undone.subscription.has_scheduled_changes).toBe(false);
      await schedule();
      await passTime(21);
      expect(invoicesOf('delta-next').map(({ total }) => total)).toEqual([7900]);
    });

    it('comes about after a pause in which the term has ended', async () => {
      await sdk.subscription.pause('delta-growth');
      await passTime(60);
      const { subscription } = await sdk.subscription.resume('delta-growth');
      expect(subscription.subscription_items?.[0]?.item_price_id).toBe('scale-USD-monthly');
      expect(subscription.has_scheduled_changes).toBe(false);
    });

    it('says when it comes about as long as a pause lets that be known', async () => {
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
      await passTime(60);
      expect((await retrieve('delta-growth')).has_scheduled_changes).toBe(true);
      expect(await scheduled()).toBeUndefined();
      await sdk.subscription.resume('delta-growth');
      expect((await retrieve('delta-growth')).subscription_items?.[0]?.item_price_id).toBe(
        'scale-USD-monthly',
      );
    });

    it('in a trial costs nothing', async () => {
      await unchecked.subscription.updateForItems('atlas-trial', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly' }],
      });
      expect(invoicesOf('atlas-trial')).toEqual([]);
      expect((await retrieve('atlas-trial')).status).toBe('in_trial');
    });

    it('in a trial that will be cancelled costs nothing either', async () => {
      await sdk.subscription.cancelForItems('atlas-trial', { end_of_term: true });
      await unchecked.subscription.updateForItems('atlas-trial', {
        subscription_items: [{ item_price_id: 'growth-USD-yearly' }],
      });
      expect(invoicesOf('atlas-trial')).toEqual([]);
      expect(emulator.store.customers.retrieve('atlas-freight').refundable_credits).toBe(0);
    });

    it('can come with custom fields', async () => {
      await unchecked.subscription.updateForItems('juniper-growth', {
        subscription_items: [{ item_price_id: 'scale-USD-monthly' }],
        cf_purchase_order: 'PO-9',
      });
      expect((await retrieve('juniper-growth')).cf_purchase_order).toBe('PO-9');
    });

    it('can be one of custom fields only', async () => {
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
        'an add-on',
        'juniper-growth',
        'subscription_items[item_price_id][0]=extra-seat-USD-monthly',
        'resource_not_found',
      ],
      [
        'another currency',
        'juniper-growth',
        'subscription_items[item_price_id][0]=scale-EUR-monthly',
        'param_wrong_value',
      ],
      [
        'no quantity at all',
        'juniper-growth',
        'subscription_items[item_price_id][0]=scale-USD-monthly&subscription_items[quantity][0]=0',
        'param_wrong_value',
      ],
      ['nothing', 'juniper-growth', '', 'param_wrong_value'],
      [
        'two at a time',
        'juniper-growth',
        'subscription_items[item_price_id][0]=a&subscription_items[item_price_id][1]=b',
        'param_wrong_value',
      ],
      [
        'a cancelled one',
        'cedar-growth',
        'subscription_items[item_price_id][0]=scale-USD-monthly',
        'invalid_state_for_request',
      ],
      [
        'the end of the term of one that ends then itself',
        'orchid-scale',
        'subscription_items[item_price_id][0]=growth-EUR-yearly&end_of_term=true',
        'invalid_state_for_request',
      ],
    ];
    for (const [what, id, form, code] of wrong) {
      it(`is refused for ${what}`, async () => {
        const answer = await call(emulator, 'POST', `/subscriptions/${id}/update_for_items`, form);
        expect(((await answer.json()) as ApiError).api_error_code).toBe(code);
      });
    }
  });

  describe('pause', () => {
    it('happens at once and ends at once', async () => {
      const paused = (await sdk.subscription.pause('juniper-growth')).subscription;
      expect(paused.status).toBe('paused');
      expect(paused.next_billing_at).toBeUndefined();
      const resumed = (await sdk.subscription.resume('juniper-growth')).subscription;
      expect(resumed.status).toBe('active');
      expect(resumed.pause_date).toBeUndefined();
      expect(resumed.next_billing_at).toBe(resumed.current_term_end);
    });

    it('bills a new term when it ends after the old one', async () => {
      await sdk.subscription.pause('juniper-growth');
      const before = invoicesOf('juniper-growth').length;
      await passTime(60);
      expect(invoicesOf('juniper-growth').length).toBe(before);
      await sdk.subscription.resume('juniper-growth');
      expect(invoicesOf('juniper-growth').length).toBe(before + 1);
    });

    it('can be scheduled for the end of the term, undone, and comes about', async () => {
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
      await passTime(31);
      expect((await retrieve('juniper-growth')).status).toBe('paused');
    });

    it('can begin and end on days', async () => {
      const now = emulator.clock.now();
      await sdk.subscription.pause('juniper-growth', {
        pause_option: 'specific_date',
        pause_date: now + 2 * DAY,
        resume_date: now + 4 * DAY,
      });
      await passTime(3);
      expect((await retrieve('juniper-growth')).status).toBe('paused');
      await passTime(2);
      expect((await retrieve('juniper-growth')).status).toBe('active');
    });

    it('can have its end scheduled, and that undone', async () => {
      const undone = await sdk.subscription.removeScheduledResumption('harbor-workshop');
      expect(undone.subscription.resume_date).toBeUndefined();
      const resume_date = emulator.clock.now() + DAY;
      await sdk.subscription.resume('harbor-workshop', {
        resume_option: 'specific_date',
        resume_date,
      });
      expect((await retrieve('harbor-workshop')).resume_date).toBe(resume_date);
      await passTime(2);
      expect((await retrieve('harbor-workshop')).status).toBe('active');
    });

    it('ends on its day, wherever the clock goes on to', async () => {
      const { resume_date = 0 } = await retrieve('harbor-workshop');
      const before = invoicesOf('harbor-workshop').length;
      await passTime(110);
      const dates = invoicesOf('harbor-workshop').map(({ date }) => date);
      expect(dates.length).toBe(before + 3);
      expect(dates[2]).toBe(resume_date);
      expect((await retrieve('harbor-workshop')).current_term_end).toBeGreaterThan(
        emulator.clock.now(),
      );
    });

    const now = Math.floor(Date.now() / 1000);
    const wrong: [string, path: string, form: string, status: number][] = [
      ['a day in the past', 'juniper-growth/pause', 'pause_option=specific_date&pause_date=5', 400],
      ['an end before it begins', 'juniper-growth/pause', `resume_date=${now - DAY}`, 400],
      ['a time that is none', 'juniper-growth/pause', 'resume_date=soon', 400],
      ['an option that there is not', 'juniper-growth/pause', 'pause_option=later', 400],
      ['one that is paused', 'harbor-workshop/pause', '', 409],
      ['one that is not, when it is to end', 'juniper-growth/resume', '', 409],
      [
        'an end in the past',
        'harbor-workshop/resume',
        'resume_option=specific_date&resume_date=5',
        400,
      ],
      ['an end without its day', 'harbor-workshop/resume', 'resume_option=specific_date', 400],
      [
        'one without a pause, when that is to be undone',
        'juniper-growth/remove_scheduled_pause',
        '',
        409,
      ],
      ['an unknown one', 'nothing/pause', '', 404],
    ];
    for (const [what, path, form, status] of wrong) {
      it(`is refused for ${what}`, async () => {
        expect((await call(emulator, 'POST', `/subscriptions/${path}`, form)).status).toBe(status);
      });
    }

    it('has no end to undo when none is scheduled', async () => {
      await sdk.subscription.removeScheduledResumption('harbor-workshop');
      const error = await rejection(sdk.subscription.removeScheduledResumption('harbor-workshop'));
      expect(error.api_error_code).toBe('invalid_state_for_request');
    });
  });

  describe('cancellation', () => {
    it('happens at once', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('juniper-growth', {
        cancel_reason_code: 'Too dear',
      });
      expect(subscription.status).toBe('cancelled');
      expect(subscription.cancel_reason_code).toBe('Too dear');
      expect(subscription.next_billing_at).toBeUndefined();
    });

    it('can be scheduled for the end of the term, undone, and comes about', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('juniper-growth', {
        end_of_term: true,
      });
      expect(subscription.status).toBe('non_renewing');
      expect(subscription.cancelled_at).toBe(subscription.current_term_end);
      const undone = await sdk.subscription.removeScheduledCancellation('juniper-growth');
      expect(undone.subscription.status).toBe('active');
      await sdk.subscription.cancelForItems('juniper-growth', { cancel_option: 'end_of_term' });
      const before = invoicesOf('juniper-growth').length;
      await passTime(31);
      expect((await retrieve('juniper-growth')).status).toBe('cancelled');
      expect(invoicesOf('juniper-growth').length).toBe(before);
    });

    it('undone in a trial goes back to the trial', async () => {
      await sdk.subscription.cancelForItems('atlas-trial', { end_of_term: true });
      const { subscription } = await sdk.subscription.removeScheduledCancellation('atlas-trial');
      expect(subscription.status).toBe('in_trial');
    });

    it('of a paused one at the end of the term happens at once, as it has no term that runs', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('harbor-workshop', {
        end_of_term: true,
      });
      expect(subscription.status).toBe('cancelled');
    });

    it('takes a scheduled change with it', async () => {
      await sdk.subscription.cancelForItems('delta-growth');
      expect(emulator.store.subscriptions.scheduledChange('delta-growth')).toBeUndefined();
    });

    it('takes a scheduled change with it also when it is itself scheduled', async () => {
      const { subscription } = await sdk.subscription.cancelForItems('delta-growth', {
        end_of_term: true,
      });
      expect([subscription.has_scheduled_changes, subscription.changes_scheduled_at]).toEqual([
        false,
        undefined,
      ]);
      await sdk.subscription.removeScheduledCancellation('delta-growth');
      await passTime(31);
      expect((await retrieve('delta-growth')).subscription_items?.[0]?.item_price_id).toBe(
        'growth-USD-monthly',
      );
    });

    it('can be taken back', async () => {
      const before = invoicesOf('cedar-growth').length;
      const { subscription } = await sdk.subscription.reactivate('cedar-growth');
      expect(subscription.status).toBe('active');
      expect(subscription.cancelled_at).toBeUndefined();
      expect(invoicesOf('cedar-growth').length).toBe(before + 1);
    });

    it('can be taken back whatever the clock did since', async () => {
      await sdk.subscription.cancelForItems('juniper-growth');
      await passTime(-3);
      const { subscription } = await sdk.subscription.reactivate('juniper-growth');
      expect(subscription.current_term_start).toBeLessThanOrEqual(emulator.clock.now());
      expect(subscription.next_billing_at).toBe(subscription.current_term_end);
      expect(subscription.current_term_end).toBeGreaterThan(emulator.clock.now());
    });

    it('before the start ends no term, and when it is taken back is followed by the start', async () => {
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

    it('in a trial that is taken back leaves no trial', async () => {
      await sdk.subscription.cancelForItems('atlas-trial');
      const { subscription } = await sdk.subscription.reactivate('atlas-trial');
      expect(subscription.trial_end).toBe(subscription.current_term_start);
      await sdk.subscription.cancelForItems('atlas-trial', { end_of_term: true });
      const undone = await sdk.subscription.removeScheduledCancellation('atlas-trial');
      expect(undone.subscription.status).toBe('active');
      await passTime(10);
      expect(invoicesOf('atlas-trial').length).toBe(1);
    });

    it('is refused for one that is cancelled, and reactivation for one that is not', async () => {
      const again = await rejection(sdk.subscription.cancelForItems('cedar-growth'));
      expect(again.api_error_code).toBe('invalid_state_for_request');
      const active = await rejection(sdk.subscription.reactivate('juniper-growth'));
      expect(active.api_error_code).toBe('invalid_state_for_request');
    });
  });

  describe('time', () => {
    it('renews and bills them, term by term', async () => {
      const before = invoicesOf('juniper-growth').length;
      await passTime(95);
      expect(invoicesOf('juniper-growth').length).toBe(before + 3);
      const subscription = await retrieve('juniper-growth');
      expect(subscription.current_term_end).toBeGreaterThan(emulator.clock.now());
    });

    it('ends trials with a first invoice, which is due where there is no card', async () => {
      await passTime(10);
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

    it('starts those of the future', async () => {
      await passTime(21);
      const subscription = await retrieve('delta-next');
      expect(subscription.status).toBe('active');
      expect(subscription.started_at).toBe(subscription.start_date);
      expect(invoicesOf('delta-next').length).toBe(1);
    });

    it('leaves an invoice unpaid when the card has expired', async () => {
      expect(emulator.store.customers.retrieve('quarry-stone').card_status).toBe('expired');
      await passTime(31);
      expect(invoicesOf('quarry-stone')[0]?.status).toBeUndefined();
      expect(invoicesOf('quarry-starter')[0]?.status).toBe('not_paid');
    });

    it('leaves unpaid only what is dated after the card has expired', async () => {
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
      await passTime(130);
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

    it('bills on the same day of every month that has it', async () => {
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

    it('that goes on for decades bills a bounded number of terms, the last of them the present one', async () => {
      const before = invoicesOf('juniper-growth').length;
      await passTime(9000);
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

    it('leaves nothing in the past however far it goes on', async () => {
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
      await passTime(7300);
      for (const { id, status, current_term_end } of emulator.store.subscriptions.list()) {
        expect(status).withContext(id).toBe('active');
        expect(current_term_end).withContext(id).toBeGreaterThan(emulator.clock.now());
        expect(invoicesOf(id).length).withContext(id).toBeLessThan(130);
      }
    });
  });

  it('are extended to another day', async () => {
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

  it('are extended with what waits for the end of the term', async () => {
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

  it('lose a pause when they are extended beyond it', async () => {
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

  it('go back to their trial when its extension was to be its end', async () => {
    await sdk.subscription.cancelForItems('atlas-trial', { end_of_term: true });
    const term_ends_at = emulator.clock.now() + 60 * DAY;
    await sdk.subscription.changeTermEnd('atlas-trial', { term_ends_at });
    const { subscription } = await sdk.subscription.removeScheduledCancellation('atlas-trial');
    expect([subscription.status, subscription.trial_end]).toEqual(['in_trial', term_ends_at]);
  });

  it('are billed on the day that their term was moved to', async () => {
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

  it('do not show what only the emulator keeps of them', async () => {
    const { list } = await sdk.subscription.list({ limit: 100 });
    const all = [await retrieve('juniper-growth'), ...list.map(({ subscription }) => subscription)];
    expect(all.filter((subscription) => 'billing_day' in subscription)).toEqual([]);
  });

  it('have a card of their own, or go back to the primary one', async () => {
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

  it('begin when a test makes one', () => {
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
