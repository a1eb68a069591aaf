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
  /** The HTTP status; 200 when not given. */
  status?: number;
}

/** Answers with a page that says one thing. */
export function sendMessage(
  reply: FastifyReply,
  config: EmulatorConfig,
  shown: Presentation,
  { heading, status = 200, ...data }: MessageOptions,
  content: ComponentChildren,
): FastifyReply {
  setPageHeaders(reply, config);
  const page = (
    <Document title={heading} page={pageData(shown, data)}>
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
