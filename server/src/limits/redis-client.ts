import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { RedisConfig } from '../config/redis.js';
import { SafeConnector, SafeSentinelConnector } from './redis-connectors.js';
import { SCRIPTS } from './scripts.js';

const CONNECT_TIMEOUT_MS = 2000;

/** The maximum delay between two attempts to connect. */
const MAX_BACKOFF_MS = 2000;

/** Creates a client for a single server, for the master of Sentinels, or for a cluster. It reconnects automatically. */
export function createRedisClient({
  kind,
  hosts,
  tls,
  database,
  ...config
}: RedisConfig): Redis | Cluster {
  const common = {
    scripts: SCRIPTS,
    enableOfflineQueue: false,
  };
  const backoff = (times: number) =>
    Math.min(50 * 2 ** times, MAX_BACKOFF_MS) * (0.5 + Math.random() / 2);
  const node: RedisOptions = {
    ...(config.username !== undefined && { username: config.username }),
    ...(config.password !== undefined && { password: config.password }),
    ...(tls && { tls }),
    Connector: SafeConnector,
    // ioredis sends its version after HELLO and waits for both, so that the reply to HELLO is lost when Redis then closes the
    // connection, as with too many clients or in protected mode.
    disableClientInfo: true,
    // For ioredis's own commands during the set-up; `RedisConnection` has a shorter timeout for ours.
    commandTimeout: CONNECT_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // The master has become a replica. Not `startsWith`: before version 7, Redis adds a prefix to the errors of scripts.
    reconnectOnError: (error) => error.message.includes('READONLY'),
  };
  if (kind === 'cluster') {
    const options: ClusterOptions = {
      ...common,
      redisOptions: node,
      clusterRetryStrategy: backoff,
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
      // Keeps the name instead of resolving it to an address, which would not match the certificate.
      ...(tls && { dnsLookup: (address, callback) => callback(null, address) }),
    };
    return new Cluster([...hosts], options);
  }
  const single: RedisOptions = { ...common, ...node, db: database, retryStrategy: backoff };
  if (kind === 'single') {
    return new Redis({ ...single, ...hosts[0] });
  }
  return new Redis({
    ...single,
    Connector: SafeSentinelConnector,
    sentinels: [...hosts],
    name: config.master,
    sentinelUsername: config.sentinelUsername,
    sentinelPassword: config.sentinelPassword,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    sentinelRetryStrategy: backoff,
    // Disconnects from a master that the Sentinels have replaced, even if it still acts as one.
    failoverDetector: true,
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  });
}
