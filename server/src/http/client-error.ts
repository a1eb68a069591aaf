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
  /** The headers of an answer, given what has arrived of the request. */
  headersFor: (received: Buffer | undefined) => Readonly<Record<string, string>>;
  /** Called with the status and the id of each answer. */
  onAnswer: (status: number, requestId: string) => void;
}

/**
 * Answers what never became a request: no HTTP, too long a header, or too slow. There is only a connection to write to,
 * which ends with the answer.
 */
export function clientErrorHandler({
  headersFor,
  onAnswer,
}: ClientErrorOptions): (error: ConnectionError, socket: Socket) => void {
  return (error, socket) => {
    // A connection that was cut takes no answer.
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = STATUS_BY_CODE[error.code] ?? 400;
    const requestId = requestIdOf(undefined);
    const body = problemOf(statusFailure(status), requestId);
    const lines = Object.entries({
      ...headersFor(rawPacketOf(error)),
      'x-request-id': requestId,
      'content-type': PROBLEM_TYPE,
      'content-length': String(Buffer.byteLength(body)),
      date: new Date().toUTCString(),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
    // Not when all has been sent: that may never be.
    socket.destroy();
    onAnswer(status, requestId);
  };
}

/** What Node's parser was reading when it gave up. */
function rawPacketOf(error: ConnectionError): Buffer | undefined {
  return 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : undefined;
}
