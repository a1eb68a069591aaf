import type { ComponentChildren } from 'preact';
import type { Overview } from '../overview-data.js';
import { send } from './api.js';

interface Props {
  overview: Overview;
}

export function Customers({ overview: { customers, customerCount } }: Props) {
  return (
    <Section id="customers" title="Customers" count={customerCount}>
      <Table id="customers" head={['Customer', 'Id', 'Subscriptions', 'Card', 'Portal']}>
        {customers.map((customer) => (
          <tr key={customer.id}>
            <td>{customer.name}</td>
            <td>
              <code>{customer.id}</code>
            </td>
            <td>
              {customer.subscriptions.map(({ id, plan, status }) => (
                <div key={id}>
                  {plan} <Badge status={status} />
                </div>
              ))}
            </td>
            <td>{customer.card ?? <span class="muted">none</span>}</td>
            <td>
              <form
                method="post"
                action={`/_emulator/customers/${encodeURIComponent(customer.id)}/portal`}
                target="_blank"
              >
                <button class="button quiet">
                  Open portal<span class="visually-hidden"> of {customer.name}</span>
                </button>
              </form>
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

export function Sessions({ overview: { sessions, sessionCount } }: Props) {
  return (
    <Section id="sessions" title="Portal sessions" count={sessionCount}>
      <Table id="sessions" head={['Session', 'Customer', 'Created', 'Status']}>
        {sessions.map(({ id, customer, createdAt, status }) => (
          <tr key={id}>
            <td>
              <code>{id}</code>
            </td>
            <td>{customer}</td>
            <td>{formatTime(createdAt * 1000)}</td>
            <td>
              <Badge status={status} />
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

export function Requests({ overview: { requests } }: Props) {
  return (
    <Section id="requests" title="Latest requests" count={requests.length}>
      <Table id="requests" head={['Time', 'Request', 'Status', 'Duration']}>
        {requests.map(({ id, at, method, url, status, durationMs, fault, ignored }) => (
          <tr key={id}>
            <td>{formatTime(Date.parse(at))}</td>
            <td class="url">
              <code>
                {method} {url}
              </code>
            </td>
            <td>
              <span class={status >= 400 || status === 0 ? 'badge bad' : 'badge good'}>
                {status === 0 ? 'none' : status}
              </span>
              {fault && <span class="badge warn">fault</span>}
              {ignored.length > 0 && <small class="muted">ignored: {ignored.join(', ')}</small>}
            </td>
            <td>{durationMs} ms</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

export function Events({ overview: { events } }: Props) {
  return (
    <Section id="events" title="Latest events" count={events.length}>
      <Table id="events" head={['Time', 'Event', 'Customer', 'Resource']}>
        {events.map((event) => (
          <tr key={event.id}>
            <td>{formatTime(event.occurred_at * 1000)}</td>
            <td>{event.type.replaceAll('_', ' ')}</td>
            <td>{event.customer_id}</td>
            <td>
              <code>{event.resource_id}</code>
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

export function Deliveries({ overview: { webhooks, deliveries } }: Props) {
  return (
    <Section
      id="deliveries"
      title="Webhook deliveries"
      count={deliveries.length}
      empty={
        webhooks.length === 0
          ? 'No webhook yet. Start the emulator with EMULATOR_WEBHOOK_URLS, or POST /_emulator/webhooks.'
          : `Nothing sent yet to ${webhooks.map(({ url }) => url).join(', ')}.`
      }
    >
      <Table
        id="deliveries"
        head={['Time', 'Event', 'Customer', 'To', 'Status', 'Attempts', 'Last response', 'Action']}
      >
        {deliveries.map((delivery) => (
          <tr key={delivery.id}>
            <td>{formatTime(delivery.createdAt)}</td>
            <td>{delivery.eventType.replaceAll('_', ' ')}</td>
            <td>{delivery.customer}</td>
            <td class="url">
              <code>{delivery.url}</code>
            </td>
            <td>
              <Badge status={delivery.status} />
              {delivery.status === 're_scheduled' && delivery.nextAttemptAt !== null && (
                <div class="muted">next at {formatTime(delivery.nextAttemptAt)}</div>
              )}
            </td>
            <td>{delivery.attempts}</td>
            <td class="url">{delivery.answer ?? <span class="muted">none</span>}</td>
            <td>
              <button
                class="button"
                type="button"
                aria-label={`Resend ${delivery.eventType} to ${delivery.url}`}
                onClick={() => {
                  // Errors are ignored: when the emulator is unreachable, `App` shows that.
                  send('POST', `/_emulator/webhooks/deliveries/${delivery.id}/resend`).catch(
                    () => undefined,
                  );
                }}
              >
                Resend
              </button>
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

function Section({
  id,
  title,
  count,
  empty = 'Nothing yet.',
  children,
}: {
  id: string;
  title: string;
  count: number;
  /** The text of an empty section. */
  empty?: string;
  children: ComponentChildren;
}) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        {title} <span class="muted">({count})</span>
      </h2>
      {count === 0 ? <p class="empty">{empty}</p> : children}
    </section>
  );
}

/** Scrolls horizontally when it is too wide. It is focusable, so that the keyboard can scroll it. */
function Table({
  id,
  head,
  children,
}: {
  id: string;
  head: readonly string[];
  children: ComponentChildren;
}) {
  return (
    <div class="table" role="group" aria-labelledby={id} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

const STATUS_CLASSES: Record<string, string> = {
  active: 'good',
  logged_in: 'good',
  in_trial: 'good',
  created: '',
  future: '',
  paused: 'warn',
  non_renewing: 'warn',
  cancelled: 'bad',
  succeeded: 'good',
  re_scheduled: 'warn',
  failed: 'bad',
};

function Badge({ status }: { status: string }) {
  return <span class={`badge ${STATUS_CLASSES[status] ?? ''}`}>{status.replaceAll('_', ' ')}</span>;
}

const formatTime = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
