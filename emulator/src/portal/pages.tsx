import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isValidElement, type VNode } from 'preact';
import type { PageEvent } from '../chargebee-js/messages.js';
import type { EmulatorContext } from '../context.js';
import { ChargebeeError } from '../errors.js';
import { toCustomerText } from '../html/format.js';
import { renderPage } from '../html/render.js';
import { withOrigin } from '../store/event-origin.js';
import type { EventOrigin } from '../store/event-origin.js';
import { Flashes, type Flash } from './flash.js';
import { setPageHeaders } from './frame-policy.js';
import { sendMessage } from './message.js';
import { requireSameOrigin } from './same-origin.js';
import { presentationOf, type View } from './view.js';

/** The parsed request of a page. */
export interface PageRequest {
  view: View;
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
}

/** The result of an action: a redirect and a flash message for the page it leads to. */
export interface Outcome extends Flash {
  to: string;
}

/** The customer that a request is authenticated as. */
export interface Identity extends Pick<View, 'customer' | 'base' | 'hostedPage'> {
  /** Identifies the browser. Flash messages are stored under this key. */
  key: string;
  /** Whether forms may finally redirect to the merchant's site. */
  mayRedirectOffSite: boolean;
}

/** Registers pages and form actions that require an open session. */
export class Pages {
  readonly #flashes = new Flashes();

  constructor(
    private readonly app: FastifyInstance,
    readonly context: EmulatorContext,
    /** Returns undefined when the request is not authenticated. */
    private readonly identify: (request: FastifyRequest) => Identity | undefined,
  ) {
    context.resets.add(() => this.#flashes.clear());
  }

  /** Registers a page. */
  page(path: string, render: (request: PageRequest) => VNode): void {
    this.#get(path, (page, reply) => {
      page.view.flash = this.#flashes.take(page.key);
      return this.#send(reply, page, 200, render(page));
    });
  }

  /** Registers a redirect to a page. */
  redirect(path: string, to: (request: PageRequest) => string): void {
    this.#get(path, (page, reply) => reply.redirect(page.view.href(to(page)), 303));
  }

  /** Registers a file download. */
  download(path: string, type: string, read: (request: PageRequest) => Promise<Buffer>): void {
    this.#get(path, async (page, reply) => {
      const content = await read(page);
      return reply.type(type).header('cache-control', 'no-store').send(content);
    });
  }

  /** Registers a form action. If it returns a page instead of an outcome, that page is sent with status 422. */
  action(path: string, act: (request: PageRequest) => Outcome | VNode): void {
    this.#post(path, (page, reply) => {
      const result = act(page);
      if (!('to' in result)) return this.#send(reply, page, 422, result);
      const { to, ...flash } = result;
      this.#flashes.put(page.key, flash);
      return reply.redirect(page.view.href(to), 303);
    });
  }

  /**
   * Registers the action of a button. If the store rejects it, for example because the page is outdated, the page that has the button
   * shows the error.
   * @param pagePath Returns the path of the page that has the button.
   */
  button(
    path: string,
    pagePath: (request: PageRequest) => string,
    act: (request: PageRequest) => Outcome,
  ): void {
    this.action(path, (request) => {
      try {
        return act(request);
      } catch (error) {
        if (!(error instanceof ChargebeeError)) throw error;
        return { to: pagePath(request), problem: toCustomerText(error.message) };
      }
    });
  }

  /** Registers a POST route whose response ends the visit of these pages. If it returns a page instead, that page is sent with status 422. */
  endVisit(
    path: string,
    handle: (request: PageRequest, reply: FastifyReply) => FastifyReply | VNode,
  ): void {
    this.#post(path, (page, reply) => {
      const result = handle(page, reply);
      return isValidElement(result) ? this.#send(reply, page, 422, result) : result;
    });
  }

  #post(path: string, handle: (page: AuthenticatedRequest, reply: FastifyReply) => unknown): void {
    this.app.post(path, (request, reply) => {
      requireSameOrigin(request);
      return this.#handle(request, reply, (page) => handle(page, reply));
    });
  }

  #get(path: string, handle: (page: AuthenticatedRequest, reply: FastifyReply) => unknown): void {
    this.app.get(path, (request, reply) =>
      this.#handle(request, reply, (page) => handle(page, reply)),
    );
  }

  async #handle(
    request: FastifyRequest,
    reply: FastifyReply,
    handle: (page: AuthenticatedRequest) => unknown,
  ): Promise<unknown> {
    const page = this.#authenticate(request);
    return page
      ? await withOrigin(eventOrigin(page.view), () => handle(page))
      : this.#sendSessionEnded(request, reply);
  }

  #authenticate(request: FastifyRequest): AuthenticatedRequest | undefined {
    const identity = this.identify(request);
    if (!identity) return undefined;
    const { key, mayRedirectOffSite, ...customerView } = identity;
    return {
      key,
      mayRedirectOffSite,
      view: { ...presentationOf(request, this.context), ...customerView, flash: {} },
      params: request.params as Record<string, string>,
      query: new URL(request.url, 'http://localhost').searchParams,
      body: request.body ?? {},
    };
  }

  #send(
    reply: FastifyReply,
    { mayRedirectOffSite }: AuthenticatedRequest,
    status: number,
    page: VNode,
  ) {
    setPageHeaders(reply, this.context.config, mayRedirectOffSite);
    return reply.code(status).type('text/html; charset=utf-8').send(renderPage(page));
  }

  #sendSessionEnded(request: FastifyRequest, reply: FastifyReply) {
    return sendMessage(
      reply,
      this.context.config,
      presentationOf(request, this.context),
      { heading: 'Your session has ended', status: 401, task: 'failed' },
      <p>Go back to where you came from and open your billing again.</p>,
    );
  }
}

interface AuthenticatedRequest extends PageRequest {
  key: string;
  mayRedirectOffSite: boolean;
}

/** Creates the event for a callback about a subscription. */
export const subscriptionEvent = (name: PageEvent['name'], id: string): PageEvent => ({
  name,
  data: { subscription: { id } },
});

/** Returns the origin of changes made through a page. */
const eventOrigin = ({ customer, hostedPage }: View): EventOrigin => ({
  source: hostedPage ? 'hosted_page' : 'portal',
  ...(customer.email ? { user: customer.email } : {}),
});
