import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VNode } from 'preact';
import type { PageEvent } from '../chargebee-js/messages.js';
import type { EmulatorContext } from '../context.js';
import { ChargebeeError } from '../errors.js';
import { renderPage } from '../html/render.js';
import { Flashes, type Flash } from './flash.js';
import { setPageHeaders } from './frame-policy.js';
import { sendMessage } from './message.js';
import { requireSameOrigin } from './same-origin.js';
import { presentationOf, type View } from './view.js';

/** What a request of a page gives. */
export interface PageRequest {
  view: View;
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
}

/** What an action leads to: a page, with what it tells once. */
export interface Outcome extends Flash {
  to: string;
}

/** Who has sent a request. */
export interface Identity extends Pick<View, 'customer' | 'base' | 'hostedPage'> {
  /** By what the browser is known; its flashes wait under this. */
  key: string;
  /** Whether its forms may lead to the merchant's site in the end. */
  leadsAway: boolean;
}

/** Registers the pages of those who have opened a session, and what their forms do. */
export class Pages {
  readonly #flashes = new Flashes();

  constructor(
    private readonly app: FastifyInstance,
    readonly context: EmulatorContext,
    /** Gives undefined for somebody who may not see anything. */
    private readonly identify: (request: FastifyRequest) => Identity | undefined,
  ) {
    context.resets.add(() => this.#flashes.clear());
  }

  /** A page to look at. */
  page(path: string, render: (request: PageRequest) => VNode): void {
    this.#get(path, (page, reply) => {
      page.view.flash = this.#flashes.take(page.key);
      return this.#send(reply, page, 200, render(page));
    });
  }

  /** Leads from one path to that of a page. */
  redirect(path: string, to: (request: PageRequest) => string): void {
    this.#get(path, (page, reply) => reply.redirect(page.view.href(to(page)), 303));
  }

  /** A file to keep. */
  download(path: string, type: string, read: (request: PageRequest) => Promise<Buffer>): void {
    this.#get(path, async (page, reply) => {
      const content = await read(page);
      return reply.type(type).header('cache-control', 'no-store').send(content);
    });
  }

  /** What a form does. A page instead of an outcome is the form again, with what is wrong in it. */
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
   * What a button does. What the store refuses, as when the page is older than what it shows, is told on the page that has the button.
   * @param on Gives the path of that page.
   */
  button(
    path: string,
    on: (request: PageRequest) => string,
    act: (request: PageRequest) => Outcome,
  ): void {
    this.action(path, (request) => {
      try {
        return act(request);
      } catch (error) {
        if (!(error instanceof ChargebeeError)) throw error;
        return { to: on(request), problem: error.message };
      }
    });
  }

  /** The end of these pages: what `answer` gives. */
  end(path: string, answer: (request: PageRequest, reply: FastifyReply) => unknown): void {
    this.#post(path, answer);
  }

  #post(path: string, answer: (page: OpenRequest, reply: FastifyReply) => unknown): void {
    this.app.post(path, (request, reply) => {
      requireSameOrigin(request);
      return this.#answer(request, reply, (page) => answer(page, reply));
    });
  }

  #get(path: string, answer: (page: OpenRequest, reply: FastifyReply) => unknown): void {
    this.app.get(path, (request, reply) =>
      this.#answer(request, reply, (page) => answer(page, reply)),
    );
  }

  async #answer(
    request: FastifyRequest,
    reply: FastifyReply,
    answer: (page: OpenRequest) => unknown,
  ): Promise<unknown> {
    const page = this.#open(request);
    return page ? await answer(page) : this.#sendSignedOut(request, reply);
  }

  #open(request: FastifyRequest): OpenRequest | undefined {
    const identity = this.identify(request);
    if (!identity) return undefined;
    const { key, leadsAway, ...whose } = identity;
    return {
      key,
      leadsAway,
      view: { ...presentationOf(request, this.context), ...whose, flash: {} },
      params: request.params as Record<string, string>,
      query: new URL(request.url, 'http://localhost').searchParams,
      body: request.body ?? {},
    };
  }

  #send(reply: FastifyReply, { leadsAway }: OpenRequest, status: number, page: VNode) {
    setPageHeaders(reply, this.context.config, leadsAway);
    return reply.code(status).type('text/html; charset=utf-8').send(renderPage(page));
  }

  #sendSignedOut(request: FastifyRequest, reply: FastifyReply) {
    return sendMessage(
      reply,
      this.context.config,
      presentationOf(request, this.context),
      { heading: 'Your session has ended', status: 401, task: 'failed' },
      <p>Go back to where you came from and open your billing again.</p>,
    );
  }
}

interface OpenRequest extends PageRequest {
  key: string;
  leadsAway: boolean;
}

/** An event about a subscription, as its callback is told of it. */
export const subscriptionEvent = (name: PageEvent['name'], id: string): PageEvent => ({
  name,
  data: { subscription: { id } },
});
