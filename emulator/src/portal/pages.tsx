import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VNode } from 'preact';
import type { PageEvent } from '../chargebee-js/messages.js';
import type { EmulatorContext } from '../context.js';
import { ChargebeeError } from '../errors.js';
import { Message } from '../html/document.js';
import { renderPage } from '../html/render.js';
import { Flashes, type Flash } from './flash.js';
import { setPageHeaders } from './frame-policy.js';
import { readLogin } from './login-cookie.js';
import { requireSameOrigin } from './same-origin.js';
import { pageData, presentationOf, type View } from './view.js';

/** What a request of a page gives. */
export interface PageRequest {
  view: View;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

/** What an action leads to: a page, with what it tells once. */
export interface Outcome extends Flash {
  to: string;
}

/** Registers the pages of those who have opened a session, and what their forms do. */
export class Pages {
  readonly #flashes = new Flashes();

  constructor(
    private readonly app: FastifyInstance,
    readonly context: EmulatorContext,
  ) {}

  /** A page to look at. A `ChargebeeError` becomes a page that says so. */
  page(path: string, render: (request: PageRequest) => VNode): void {
    this.app.get(path, async (request, reply) => {
      const page = this.#open(request, true);
      if (!page) return this.#sendSignedOut(request, reply);
      return this.#send(reply, page.view, 200, () => render(page));
    });
  }

  /** Leads from one path to that of a page. */
  redirect(path: string, to: (request: PageRequest) => string): void {
    this.answer(path, (page, reply) => reply.redirect(page.view.href(to(page)), 303));
  }

  /** Another answer than a page, to those who have opened a session. */
  answer(path: string, answer: (request: PageRequest, reply: FastifyReply) => unknown): void {
    this.app.get(path, async (request, reply) => {
      const page = this.#open(request, false);
      if (!page) return this.#sendSignedOut(request, reply);
      return answer(page, reply);
    });
  }

  /** A form that shows again, with what is wrong in it, when `act` gives a page and not an outcome. */
  action(path: string, act: (request: PageRequest) => Outcome | VNode): void {
    this.app.post(path, async (request, reply) => {
      requireSameOrigin(request);
      const page = this.#open(request, false);
      if (!page) return this.#sendSignedOut(request, reply);
      const login = readLogin(request);
      try {
        const result = act(page);
        if (!('to' in result)) return await this.#send(reply, page.view, 422, () => result);
        const { to, ...flash } = result;
        if (login) this.#flashes.put(login.key, flash);
        return await reply.redirect(page.view.href(to), 303);
      } catch (error) {
        return this.#sendError(reply, page.view, error);
      }
    });
  }

  #open(request: FastifyRequest, takeFlash: boolean): PageRequest | undefined {
    const { store } = this.context;
    const login = readLogin(request);
    const session = login && store.portalSessions.byLoginKey(login.key);
    if (!session) return undefined;
    const view: View = {
      ...presentationOf(request, this.context),
      session,
      customer: store.customers.retrieve(session.customer_id),
      flash: takeFlash ? this.#flashes.take(login.key) : {},
    };
    return {
      view,
      params: request.params as Record<string, string>,
      query: new URL(request.url, 'http://localhost').searchParams,
      body: (request.body ?? {}) as Record<string, unknown>,
    };
  }

  async #send(reply: FastifyReply, view: View, status: number, render: () => VNode) {
    let html: string;
    try {
      html = renderPage(render());
    } catch (error) {
      return this.#sendError(reply, view, error);
    }
    setPageHeaders(reply, this.context.config, view.session.redirect_url);
    return reply.code(status).type('text/html').send(html);
  }

  #sendError(reply: FastifyReply, view: View, error: unknown) {
    if (!(error instanceof ChargebeeError)) throw error;
    setPageHeaders(reply, this.context.config);
    return reply
      .code(error.status)
      .type('text/html')
      .send(
        renderPage(
          <Message
            heading="This cannot be shown"
            locale={view.format.locale}
            page={pageData(view, { task: 'failed' })}
          >
            <p>{error.message}</p>
            <a class="button" href={view.href('/portal/v2/home')}>
              Back to your billing
            </a>
          </Message>,
        ),
      );
  }

  #sendSignedOut(request: FastifyRequest, reply: FastifyReply) {
    const shown = presentationOf(request, this.context);
    setPageHeaders(reply, this.context.config);
    return reply
      .code(401)
      .type('text/html')
      .send(
        renderPage(
          <Message
            heading="Your session has ended"
            locale={shown.format.locale}
            page={pageData(shown, { task: 'failed' })}
          >
            <p>Go back to where you came from and open your billing again.</p>
          </Message>,
        ),
      );
  }
}

/** An event about a subscription, as its callback is told of it. */
export const subscriptionEvent = (name: PageEvent['name'], id: string): PageEvent => ({
  name,
  data: { subscription: { id } },
});
