import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { aSession } from './upstream.js';

/** A fake Chargebee in another thread, which answers although the thread of the tests is blocked. */
export class OtherThread {
  readonly url: string;
  readonly #worker: Worker;

  private constructor(worker: Worker, port: unknown) {
    this.#worker = worker;
    this.url = `http://127.0.0.1:${String(port)}`;
  }

  static async start({ answerAfterMs = 50 } = {}): Promise<OtherThread> {
    const answer = JSON.stringify({ portal_session: aSession({ customer_id: 'acme' }) });
    const workerData = { answer, answerAfterMs };
    const worker = new Worker(PROGRAM, { eval: true, workerData });
    const [port] = (await once(worker, 'message')) as [unknown];
    return new OtherThread(worker, port);
  }

  /** Waits for the next request, then blocks this thread while it is answered, for this many milliseconds. */
  async blockFor(milliseconds: number): Promise<void> {
    await once(this.#worker, 'message');
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Announces its port, then each request, and answers it some time later. */
const PROGRAM = `
const { createServer } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer((request, response) => {
  request.resume();
  parentPort.postMessage('request');
  setTimeout(() => {
    response.setHeader('content-type', 'application/json');
    response.end(workerData.answer);
  }, workerData.answerAfterMs);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
