import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock.js';
import type { EmulatorContext } from './context.js';
import { notFound } from './errors.js';
import { randomId } from './store/ids.js';

/** How long a download link is valid, in seconds. */
const TTL = 3600;
const MAX_LINKS = 1000;

export interface Download {
  object: 'download';
  download_url: string;
  /** A Unix timestamp in seconds. */
  valid_till: number;
  mime_type: string;
}

/** Whether a browser saves the file or displays it. */
export type Disposition = 'attachment' | 'inline';

interface Link {
  invoiceId: string;
  disposition: Disposition;
  expiresAt: number;
}

/** Temporary links to files, which need no API key. */
export class Downloads {
  readonly #links = new Map<string, Link>();

  constructor(
    private readonly clock: Clock,
    private readonly publicUrl: () => string,
  ) {}

  createLink(invoiceId: string, disposition: Disposition = 'attachment'): Download {
    const key = randomId(35);
    const valid_till = this.clock.now() + TTL;
    this.#links.set(key, { invoiceId, disposition, expiresAt: valid_till });
    const [oldest] = this.#links.keys();
    if (this.#links.size > MAX_LINKS && oldest !== undefined) this.#links.delete(oldest);
    return {
      object: 'download',
      download_url: `${this.publicUrl()}/downloads/invoices/${key}`,
      valid_till,
      mime_type: 'application/pdf',
    };
  }

  /** @throws ChargebeeError `resource_not_found` for an unknown or expired link */
  find(key: string): Link {
    const link = this.#links.get(key);
    if (!link || link.expiresAt <= this.clock.now()) throw notFound('The download link');
    return link;
  }

  reset(): void {
    this.#links.clear();
  }
}

/** Serves the files that the links point to. */
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
