import type { FastifyReply } from 'fastify';
import type { ComponentChildren } from 'preact';
import type { EmulatorConfig } from '../config.js';
import { Document } from '../html/document.js';
import type { PageData } from '../html/page-data.js';
import { renderPage } from '../html/render.js';
import { setPageHeaders } from './frame-policy.js';
import { pageData, type Presentation } from './view.js';

export interface MessageOptions extends Partial<PageData> {
  heading: string;
  /** The HTTP status. Defaults to 200. */
  status?: number;
}

/** Sends a page that shows a single message. */
export function sendMessage(
  reply: FastifyReply,
  config: EmulatorConfig,
  presentation: Presentation,
  { heading, status = 200, ...data }: MessageOptions,
  content: ComponentChildren,
): FastifyReply {
  setPageHeaders(reply, config);
  const page = (
    <Document title={heading} page={pageData(presentation, data)}>
      <main class="center">
        <div>
          <h1>{heading}</h1>
          {content}
        </div>
      </main>
    </Document>
  );
  return reply.code(status).type('text/html; charset=utf-8').send(renderPage(page));
}
