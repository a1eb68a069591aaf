import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../clock.js';

const clockSchema = z.union(
  [
    z.strictObject({ advance: z.number() }),
    z.strictObject({ set: z.union([z.number(), z.iso.datetime()]) }),
    z.strictObject({ reset: z.literal(true) }),
  ],
  'give { "advance": seconds }, { "set": UTC seconds or an ISO 8601 time }, or { "reset": true }',
);

/** Registers `/_emulator/clock`, which moves the emulator's clock. */
export function registerClockControls(app: FastifyInstance, clock: Clock): void {
  app.get('/clock', () => clockState(clock));
  app.post('/clock', ({ body }) => {
    const change = clockSchema.parse(body);
    if ('advance' in change) clock.advance(change.advance);
    else if ('reset' in change) clock.reset();
    else clock.set(typeof change.set === 'number' ? change.set : Date.parse(change.set) / 1000);
    return clockState(clock);
  });
}

/** Returns the time of the emulator's clock, and how far it is ahead of the real time in seconds. */
export const clockState = (clock: Clock) => ({
  now: clock.now(),
  iso: new Date(clock.nowMs()).toISOString(),
  offset: Math.round(clock.offset),
});
