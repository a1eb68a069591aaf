import type { Emulator } from '../src/index.js';
import { closeEmulatorsAfterEach, emulatorForSpec } from './support.js';

const DAY = 86_400;

describe('reminders', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  beforeEach(async () => (emulator = await emulatorForSpec()));

  /** Returns the reminders of a subscription so far, oldest first. */
  const remindersOf = (id: string) =>
    emulator.store.events
      .list()
      .filter(({ resource_id, type }) => resource_id === id && type.endsWith('_reminder'))
      .map(({ type }) => type)
      .reverse();

  const create = (input: { trial_end?: number; item_price_id?: string } = {}) =>
    emulator.store.subscriptions.create('harbor-cycles', {
      item_price_id: 'starter-USD-monthly',
      ...input,
    });

  /** Moves the clock to a number of days before a time. */
  const goTo = (time: number | undefined, daysBefore: number) =>
    emulator.clock.set((time ?? 0) - daysBefore * DAY);

  it('are sent once, three days before each renewal', () => {
    const { id, current_term_end } = create();
    goTo(current_term_end, 3.1);
    expect(remindersOf(id)).toEqual([]);
    goTo(current_term_end, 2.9);
    expect(remindersOf(id)).toEqual(['subscription_renewal_reminder']);
    goTo(current_term_end, 1);
    expect(remindersOf(id)).toHaveSize(1);
    goTo(emulator.store.subscriptions.retrieve(id).current_term_end, -1);
    goTo(emulator.store.subscriptions.retrieve(id).current_term_end, 2);
    expect(remindersOf(id)).toHaveSize(2);
    const event = emulator.store.events.list().find(({ resource_id }) => resource_id === id);
    expect(event?.source).toBe('scheduled_job');
  });

  it('precede the change even when the clock is moved past both', () => {
    const { id } = create();
    emulator.clock.advance(32 * DAY);
    const types = emulator.store.events
      .list()
      .filter(({ resource_id }) => resource_id === id)
      .map(({ type }) => type)
      .reverse();
    expect(types).toEqual([
      'subscription_created',
      'subscription_renewal_reminder',
      'subscription_renewed',
    ]);
  });

  it('are sent six days before a trial ends', () => {
    const trial_end = emulator.clock.now() + 14 * DAY;
    const { id } = create({ trial_end });
    goTo(trial_end, 6.1);
    expect(remindersOf(id)).toEqual([]);
    goTo(trial_end, 5.9);
    expect(remindersOf(id)).toEqual(['subscription_trial_end_reminder']);
  });

  it('are sent six days before a scheduled cancellation', () => {
    const { id, current_term_end } = create();
    emulator.store.subscriptions.cancel(id, { option: 'end_of_term' });
    goTo(current_term_end, 6.1);
    expect(remindersOf(id)).toEqual([]);
    goTo(current_term_end, 2);
    expect(remindersOf(id)).toEqual(['subscription_cancellation_reminder']);
  });

  it('are not sent for a cancellation scheduled less than six days ahead', () => {
    const { id, current_term_end } = create();
    goTo(current_term_end, 4);
    emulator.store.subscriptions.cancel(id, { option: 'end_of_term' });
    goTo(current_term_end, 2);
    expect(remindersOf(id)).toEqual([]);
  });

  it('are not sent for a renewal that a pause prevents, or for terms shorter than the notice', () => {
    const { id, current_term_end } = create();
    emulator.store.subscriptions.pause(id, { option: 'end_of_term' });
    goTo(current_term_end, 1);
    expect(remindersOf(id)).toEqual([]);
    emulator.store.catalogue.addItemPrice({
      id: 'daily',
      item_id: 'starter',
      name: 'daily',
      external_name: 'Daily',
      status: 'active',
      currency_code: 'USD',
      price: 100,
      period: 1,
      period_unit: 'day',
    });
    const daily = create({ item_price_id: 'daily' });
    emulator.clock.advance(3 * DAY);
    expect(remindersOf(daily.id)).toEqual([]);
  });

  it('do not appear in API responses', async () => {
    const { id, current_term_end } = create();
    goTo(current_term_end, 1);
    const headers = { authorization: `Basic ${btoa('test_emulator_key:')}` };
    const answer = await fetch(`${emulator.url}/api/v2/subscriptions/${id}`, { headers });
    const { subscription } = (await answer.json()) as { subscription: object };
    expect(Object.keys(subscription)).not.toContain('reminded_of');
    expect(emulator.store.subscriptions.retrieve(id).reminded_of).toBe(current_term_end);
  });
});
