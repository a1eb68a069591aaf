import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { RedisConfig } from '../config/redis.js';
import { SafeConnector, SafeSentinelConnector } from './redis-connectors.js';
import { SCRIPTS } from './scripts.js';

/** Connecting may take this long, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2000;

/** The longest pause between two attempts to connect, in milliseconds. */
const LONGEST_BACKOFF_MS = 2000;

/** Makes a client that connects, and reconnects, by itself; to one server, by Sentinels, or to a cluster. */
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
    Math.min(50 * 2 ** times, LONGEST_BACKOFF_MS) * (0.5 + Math.random() / 2);
  const node: RedisOptions = {
    ...(config.username !== undefined && { username: config.username }),
    ...(config.password !== undefined && { password: config.password }),
    ...(tls && { tls }),
    Connector: SafeConnector,
    // For the commands with which ioredis sets a connection up; ours have a timeout of their own.
    commandTimeout: CONNECT_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // A master that has become a replica. Before version 7, Redis puts words of its own before the errors of scripts.
    reconnectOnError: (error) => error.message.includes('READONLY'),
  };
  if (kind === 'cluster') {
    const options: ClusterOptions = {
      ...common,
      redisOptions: node,
      clusterRetryStrategy: backoff,
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
      // Certificates are for names: an address that a name was resolved to would not match.
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
    // Leaves a master that the Sentinels have replaced, though it may not know of that itself.
    failoverDetector: true,
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  });
}
