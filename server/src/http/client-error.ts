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

/**
 * Answers what never became a request: no HTTP, too long a header, or too slow. There is only a connection to write to,
 * which ends with the answer.
 *
 * @param headers those that every answer carries
 * @param onAnswer told of the status and the id of each answer
 */
export function clientErrorHandler(
  headers: Readonly<Record<string, string>>,
  onAnswer: (status: number, requestId: string) => void,
): (error: ConnectionError, socket: Socket) => void {
  return (error, socket) => {
    // Whoever has cut the connection hears nothing any more.
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = STATUS_BY_CODE[error.code] ?? 400;
    const requestId = requestIdOf(undefined);
    const body = problemOf(statusFailure(status), requestId);
    const lines = Object.entries({
      ...headers,
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
