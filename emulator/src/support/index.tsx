import type { FastifyPluginCallback } from 'fastify';
import { renderPage } from '../html/render.js';
import { readSupport } from './support.js';
import type { CallSupport, Support } from './support.js';

/** Serves `/support`, the page that lists which parts of Chargebee are emulated. */
export const support: FastifyPluginCallback = (app, _options, done) => {
  let page: string | undefined;
  app.get('/support', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({
        'content-security-policy':
          "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      })
      .send((page ??= renderPage(<SupportPage support={readSupport()} />))),
  );
  done();
};

function SupportPage({ support: { groups, events, members } }: { support: Support }) {
  const calls = groups.flatMap((group) => group.calls);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Support – Chargebee emulator</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/_emulator/page.css" />
      </head>
      <body>
        <aside class="banner" aria-label="Notice">
          Chargebee emulator: test data only. This is not Chargebee.
        </aside>
        <div class="shell alone wide">
          <main>
            <h1>Supported parts of Chargebee</h1>
            <p>
              {calls.filter(({ emulated }) => emulated).length} of {calls.length} calls of the API,{' '}
              {events.emulated.length} of {events.emulated.length + events.missing.length} events,{' '}
              {members.emulated.length} of {members.emulated.length + members.missing.length}{' '}
              members of chargebee.js. <a href="/">Back to the emulator</a>
            </p>
            <section class="card" aria-labelledby="calls">
              <h2 id="calls">Emulated calls</h2>
              <Calls calls={calls.filter(({ emulated }) => emulated)} />
            </section>
            <Names id="events" title="Emulated events" names={events.emulated} />
            <Names id="members" title="Members of chargebee.js" names={members.emulated} />
            <h2>Not emulated</h2>
            <p>
              The response to these calls is 501 with the code <code>not_emulated</code>.
            </p>
            <Names id="no-members" title="Members of chargebee.js" names={members.missing} />
            <Names id="no-events" title="Events" names={events.missing} />
            <Names
              id="no-calls"
              title="Calls"
              names={calls.filter(({ emulated }) => !emulated).map(({ call }) => call)}
            />
          </main>
        </div>
      </body>
    </html>
  );
}

function Calls({ calls }: { calls: readonly CallSupport[] }) {
  return (
    <ul class="rows calls">
      {calls.map(({ call, supported, ignored }) => (
        <li key={call}>
          <details>
            <summary>
              <code>{call}</code>
            </summary>
            <Parameters title="Supported parameters" names={supported} />
            <Parameters title="Ignored parameters" names={ignored} />
          </details>
        </li>
      ))}
    </ul>
  );
}

function Parameters({ title, names }: { title: string; names: readonly string[] }) {
  return (
    <p class="names">
      <strong>{title}:</strong> {names.length > 0 ? names.join(', ') : 'none'}
    </p>
  );
}

function Names({ id, title, names }: { id: string; title: string; names: readonly string[] }) {
  return (
    <section class="card" aria-labelledby={id}>
      <h3 id={id}>
        {title} <span class="muted">({names.length})</span>
      </h3>
      <p class="names">{names.join(', ')}</p>
    </section>
  );
}
