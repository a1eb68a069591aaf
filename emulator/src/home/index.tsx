import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { readBrowserScript } from '../browser-scripts.js';
import { renderPage } from '../html/render.js';
import { stylesheet } from '../html/stylesheet.js';
import { homeStylesheet } from './stylesheet.js';
import { createOverview } from './overview.js';
import type { OverviewSources } from './overview.js';

const MAX_STREAMS = 20;
/** Changes within this time are sent as one event. */
const DEBOUNCE_MS = 100;

/** The page at `/`, which shows the state of the emulator live. */
export const home: FastifyPluginAsync<OverviewSources> = async (app, sources) => {
  const script = await readBrowserScript('home');

  app.get('/', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({
        'content-security-policy':
          "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      .send(renderPage(<HomePage site={sources.config.site} />)),
  );

  app.get('/_emulator/page.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(script),
  );

  // Includes the shared style sheet, because requests for the portal's copy are recorded and subject to faults.
  app.get('/_emulator/page.css', (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(stylesheet + homeStylesheet),
  );

  app.get('/_emulator/overview', () => createOverview(sources));

  let streams = 0;
  app.get('/_emulator/stream', (_request, reply) => {
    if (streams >= MAX_STREAMS) {
      return reply.code(503).send({ error: 'busy', message: 'Too many pages are open.' });
    }
    streams += 1;
    sendChanges(reply, sources, () => (streams -= 1));
    return reply;
  });
};

function HomePage({ site }: { site: string }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${site} – Chargebee emulator`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/_emulator/page.css" />
        <script src="/_emulator/page.js" defer />
      </head>
      <body>
        <aside class="banner" aria-label="Notice">
          Chargebee emulator: test data only. This is not Chargebee.
        </aside>
        <div id="app" class="shell alone wide">
          <main>
            <h1>Chargebee emulator</h1>
            <p>
              This page needs JavaScript. The same information is at{' '}
              <a href="/_emulator">/_emulator</a>.
            </p>
          </main>
        </div>
      </body>
    </html>
  );
}

/** Streams server-sent events: a `change` whenever the overview has changed. */
function sendChanges(
  reply: FastifyReply,
  { store, recorder, faults, clock }: OverviewSources,
  onClose: () => void,
): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
  });
  reply.raw.write('retry: 1000\n\n');
  let pending: NodeJS.Timeout | undefined;
  const scheduleChange = () => {
    pending ??= setTimeout(() => {
      pending = undefined;
      reply.raw.write('event: change\ndata: {}\n\n');
    }, DEBOUNCE_MS);
  };
  const unsubscribers = [
    store.onWrite(scheduleChange),
    recorder.subscribe(scheduleChange),
    faults.subscribe(scheduleChange),
    clock.onMove(scheduleChange),
  ];
  reply.raw.once('close', () => {
    clearTimeout(pending);
    unsubscribers.forEach((unsubscribe) => unsubscribe());
    onClose();
  });
}
