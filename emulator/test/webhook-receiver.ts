import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A received event. */
export interface ReceivedEvent {
  id: string;
  event_type: string;
  occurred_at: number;
  source: string;
  webhook_status: string;
  content: Record<string, Record<string, unknown>>;
}

export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  event: ReceivedEvent;
}

type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

const running = new Set<Receiver>();

/** A webhook server. It responds with 200 by default. */
export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  answer: Answer = (_request, response) => response.end('ok');

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => void receiver.#receive(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    running.add(receiver);
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://localhost:${this.port}/hooks`;
  }

  /** Returns the types of the received events, in order. */
  types(): string[] {
    return this.requests.map(({ event }) => event.event_type);
  }

  answerWith(status: number, body = ''): void {
    this.answer = (_request, response) => response.writeHead(status).end(body);
  }

  async close(): Promise<void> {
    running.delete(this);
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
    const received: ReceivedRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
      event: JSON.parse(body) as ReceivedEvent,
    };
    this.requests.push(received);
    this.answer(received, response);
  }
}

/** Call it once in every file that starts receivers, before `closeEmulatorsAfterEach`, because the hooks run in reverse order. */
export function closeReceiversAfterEach(): void {
  afterEach(async () => {
    await Promise.all([...running].map((receiver) => receiver.close()));
    running.clear();
  });
}
