import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../../context.js';
import { notFound } from '../../errors.js';
import { extended } from '../../store/collection.js';
import { isChargebeeEvent } from '../../store/event-types.js';
import type { StoreEvent } from '../../store/events.js';
import { EVENT_SOURCE, EVENT_TYPE, WEBHOOK_STATUS } from '../enumerations.js';
import type { FilterKind } from '../filters.js';
import { queryResources } from '../lists.js';
import { parseParameters, timestamp } from '../parameters.js';
import { serializeEvent } from '../serialize.js';

const filters: Record<string, FilterKind> = {
  id: 'string',
  webhook_status: WEBHOOK_STATUS,
  event_type: EVENT_TYPE,
  source: EVENT_SOURCE,
  occurred_at: 'timestamp',
};

/** Chargebee's older filter by time, which `occurred_at` has replaced. */
const period = z.looseObject({
  start_time: timestamp.optional(),
  end_time: timestamp.optional(),
});

interface IdRoute {
  Params: { id: string };
}

export function registerEventRoutes(app: FastifyInstance, { store }: EmulatorContext): void {
  const { events } = store.tables;

  app.get('/events', ({ query }) => {
    const { start_time = 0, end_time = Infinity, ...rest } = parseParameters(period, query);
    const listed = events
      .list(
        ({ type, occurred_at }) =>
          isChargebeeEvent(type) && occurred_at >= start_time && occurred_at <= end_time,
      )
      .map(withEventType);
    const { list, ...paging } = queryResources(listed, rest, filters);
    return { list: list.map(serializeEvent), ...paging };
  });

  app.get<IdRoute>('/events/:id', ({ params }) => {
    const event = events.get(params.id);
    // The store also logs events that Chargebee does not have.
    if (!event || !isChargebeeEvent(event.type)) throw notFound(params.id);
    return serializeEvent(event);
  });
}

/** Adds the event's type under the name that the filter uses. */
const withEventType = (event: StoreEvent) => extended(event, { event_type: event.type });
