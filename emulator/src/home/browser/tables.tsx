import type { ComponentChildren } from 'preact';
import type { Overview } from '../overview-data.js';

interface Props {
  overview: Overview;
}

export function Customers({ overview: { customers, customerCount } }: Props) {
  return (
    <Section id="customers" title="Customers" count={customerCount}>
      <Table id="customers" head={['Customer', 'Id', 'Subscriptions', 'Card']}>
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
          </tr>
        ))}
      </Table>
    </Section>
  );
}

export function Sessions({ overview: { sessions, sessionCount } }: Props) {
  return (
    <Section id="sessions" title="Portal sessions" count={sessionCount}>
      <Table id="sessions" head={['Session', 'Customer', 'Made', 'Status']}>
        {sessions.map(({ id, customer, createdAt, status }) => (
          <tr key={id}>
            <td>
              <code>{id}</code>
            </td>
            <td>{customer}</td>
            <td>{time(createdAt * 1000)}</td>
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
      <Table id="requests" head={['Time', 'Request', 'Answer', 'Took']}>
        {requests.map(({ id, at, method, url, status, durationMs, fault }) => (
          <tr key={id}>
            <td>{time(Date.parse(at))}</td>
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
      <Table id="events" head={['Time', 'Event', 'Customer', 'Of']}>
        {events.map((event) => (
          <tr key={event.id}>
            <td>{time(event.occurred_at * 1000)}</td>
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

function Section({
  id,
  title,
  count,
  children,
}: {
  id: string;
  title: string;
  count: number;
  children: ComponentChildren;
}) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        {title} <span class="muted">({count})</span>
      </h2>
      {count === 0 ? <p class="empty">Nothing yet.</p> : children}
    </section>
  );
}

/** Scrolls by itself where it is too wide, by the keyboard too. */
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

const TONES: Record<string, string> = {
  active: 'good',
  logged_in: 'good',
  in_trial: 'good',
  created: '',
  future: '',
  paused: 'warn',
  non_renewing: 'warn',
  cancelled: 'bad',
};

function Badge({ status }: { status: string }) {
  return <span class={`badge ${TONES[status] ?? ''}`}>{status.replace('_', ' ')}</span>;
}

const time = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
