import {
  AbstractConnector,
  SentinelConnector,
  type RedisOptions,
  type SentinelConnectionOptions,
} from 'ioredis';
import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

type NetStream = Awaited<ReturnType<AbstractConnector['connect']>>;

/**
 * Adds a permanent error listener. ioredis listens only for the first error of a socket, but a failed TLS handshake can emit
 * two, of which the second would end the process.
 */
function withErrorListener<Stream extends Socket>(stream: Stream): Stream {
  stream.on('error', () => undefined);
  return stream;
}

/** Connects to one server, as ioredis does by default. */
export class SafeConnector extends AbstractConnector {
  readonly #options: RedisOptions;

  constructor(options: unknown) {
    const given = options as RedisOptions;
    super(given.disconnectTimeout ?? 2000);
    this.#options = given;
  }

  override connect(): Promise<NetStream> {
    const { host = '127.0.0.1', port = 6379, tls } = this.#options;
    this.connecting = true;
    const stream = withErrorListener(
      tls ? connectTls({ host, port, ...tls }) : createConnection({ host, port }),
    );
    stream.once('error', (error: Error) => {
      this.firstError = error;
    });
    this.stream = stream;
    return Promise.resolve(stream);
  }
}

/** Connects to the master that Sentinels report. */
export class SafeSentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
  }

  override async connect(...args: Parameters<SentinelConnector['connect']>): Promise<NetStream> {
    return withErrorListener(await super.connect(...args));
  }
}
