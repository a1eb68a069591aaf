import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock.js';
import type { EmulatorContext } from './context.js';
import { notFound } from './errors.js';
import { randomId } from './store/ids.js';

/** For how long a download link works, in seconds. */
const LIFETIME = 3600;
const KEPT = 1000;

export interface Download {
  object: 'download';
  download_url: string;
  /** UTC seconds. */
  valid_till: number;
  mime_type: string;
}

/** Whether a browser saves a file or shows it. */
export type Disposition = 'attachment' | 'inline';

interface Link {
  invoiceId: string;
  disposition: Disposition;
  until: number;
}

/** Links to files that need no API key, for an hour. */
export class Downloads {
  readonly #links = new Map<string, Link>();

  constructor(
    private readonly clock: Clock,
    private readonly publicUrl: () => string,
  ) {}

  linkTo(invoiceId: string, disposition: Disposition = 'attachment'): Download {
    const key = randomId(35);
    const valid_till = this.clock.now() + LIFETIME;
    this.#links.set(key, { invoiceId, disposition, until: valid_till });
    const [oldest] = this.#links.keys();
    if (this.#links.size > KEPT && oldest !== undefined) this.#links.delete(oldest);
    return {
      object: 'download',
      download_url: `${this.publicUrl()}/downloads/invoices/${key}`,
      valid_till,
      mime_type: 'application/pdf',
    };
  }

  /** @throws ChargebeeError `resource_not_found` for a link that is wrong or too old */
  find(key: string): Link {
    const link = this.#links.get(key);
    if (!link || link.until <= this.clock.now()) throw notFound('The download link');
    return link;
  }

  reset(): void {
    this.#links.clear();
  }
}

/** The files behind the links. */
export function registerDownloadRoutes(
  app: FastifyInstance,
  { store, downloads }: EmulatorContext & { downloads: Downloads },
): void {
  app.get<{ Params: { key: string } }>('/downloads/invoices/:key', async ({ params }, reply) => {
    const { invoiceId, disposition } = downloads.find(params.key);
    const pdf = await store.invoicePdf(invoiceId);
    return reply
      .type('application/pdf')
      .header(
        'content-disposition',
        `${disposition}; filename="${encodeURIComponent(invoiceId)}.pdf"`,
      )
      .header('cache-control', 'no-store')
      .send(pdf);
  });
}
