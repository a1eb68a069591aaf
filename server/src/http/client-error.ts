import type { ConnectionError } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { requestIdOf } from '../portal/request.js';
import { statusFailure } from './failure.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

export interface ClientErrorOptions {
  /** Returns the headers of the answer, given the part of the request that was received. */
  headersFor: (received: Buffer | undefined) => Readonly<Record<string, string>>;
  /** Called with the status and the id of each answer, and the part of the request that was received. */
  onAnswer: (status: number, requestId: string, received: Buffer | undefined) => void;
}

/**
 * Creates a handler for requests that Node could not parse: malformed HTTP, headers that are too large, or a timeout. There is
 * no response object, so the answer is written to the socket, which is then closed.
 */
export function clientErrorHandler({
  headersFor,
  onAnswer,
}: ClientErrorOptions): (error: ConnectionError, socket: Socket) => void {
  return (error, socket) => {
    // The connection was closed, so there is nobody to answer.
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const received = rawPacketOf(error);
    const status = STATUS_BY_CODE[error.code] ?? 400;
    const requestId = requestIdOf(undefined);
    const body = problemOf(statusFailure(status), requestId);
    const lines = Object.entries({
      ...headersFor(received),
      'x-request-id': requestId,
      'content-type': PROBLEM_TYPE,
      'content-length': String(Buffer.byteLength(body)),
      date: new Date().toUTCString(),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
    // Not `end()`, which waits until a slow client has received everything.
    socket.destroy();
    onAnswer(status, requestId, received);
  };
}

/** Returns the data that Node's parser failed on. */
function rawPacketOf(error: ConnectionError): Buffer | undefined {
  return 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : undefined;
}
