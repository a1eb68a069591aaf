import type { Result } from 'ioredis';

/**
 * The scripts that run inside Redis, each one atomic step for all instances, by Redis's own clock.
 *
 * All that counts is one key, a sorted set, so that it can only be lost as a whole:
 * - a call: its id → the latest moment at which it reaches Chargebee. That lies in the future while the call is in flight.
 *   The call counts until a minute after it.
 * - `run:…`, the run of the Redis server that has written the log → less than 0: before that moment the log may be
 *   incomplete, and no call is granted.
 * - `pause` → less than 0: no call is granted before that moment, since Chargebee has asked for it.
 * - `limits:…`, the limits that an instance is configured with → less than 0: until that moment its calls may count. Of
 *   different ones the smallest hold.
 */
const TIME = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * Every script on the log begins with this. When the log is missing (flushed, evicted, or never there) or was written by
 * another run of a server (restored from disk, or a replica's copy that may lack the last calls), calls may count that it
 * does not hold. It is begun anew, and opened when the last of them counts no more.
 */
const LOG = `${TIME}
local key = KEYS[1]
local window, lease = tonumber(ARGV[1]), tonumber(ARGV[2])
local run = 'run:' .. string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local function begin()
  redis.call('DEL', key)
  redis.call('ZADD', key, -(now + window + lease), run)
  return now + window + lease
end
local opens = redis.call('ZSCORE', key, run)
opens = opens and -tonumber(opens) or begin()
local pause = redis.call('ZSCORE', key, 'pause')
pause = pause and -tonumber(pause) or 0
redis.call('ZADD', key, -(now + window + lease), 'limits:' .. ARGV[3])
local limit, places, agreed = math.huge, math.huge, 0
local facts = redis.call('ZRANGEBYSCORE', key, '-inf', '(0', 'WITHSCORES')
for index = 1, #facts, 2 do
  local itsLimit, itsPlaces = string.match(facts[index], '^limits:(%d+):(%d+):')
  if itsLimit and -tonumber(facts[index + 1]) < now then
    redis.call('ZREM', key, facts[index])
  elseif itsLimit then
    limit, places = math.min(limit, tonumber(itsLimit)), math.min(places, tonumber(itsPlaces))
    agreed = agreed + 1
  end
end
agreed = agreed == 1 and 1 or 0
redis.call('ZREMRANGEBYSCORE', key, 0, now - window)
local used = redis.call('ZCOUNT', key, 0, '+inf')
local inFlight = redis.call('ZCOUNT', key, '(' .. now, '+inf')
`;

/**
 * Takes one call. Answers with one of: 0 granted; 1 spent, for this many ms; 2 every place is taken, and this many calls are
 * left; 3 paused, for this many ms. Then Redis's time, the moment at which the log opened, and 1 if all instances have the
 * same limits.
 */
const TAKE_CALL = `${LOG}
local id = ARGV[4]
if opens > now then return { 1, opens - now, now, opens, agreed } end
if pause > now then return { 3, pause - now, now, opens, agreed } end
if used >= limit then
  local last = redis.call('ZRANGEBYSCORE', key, 0, '+inf', 'WITHSCORES', 'LIMIT', used - limit, 1)[2]
  local ends = math.min(tonumber(last or now), now + 1000)
  return { 1, ends + window - now, now, opens, agreed }
end
if inFlight >= places then return { 2, limit - used, now, opens, agreed } end
redis.call('ZADD', key, now + lease, id)
return { 0, 0, now, opens, agreed }
`;

/** A call has ended, and may arrive this many ms later; less than 0 when it was never sent. */
const END_CALL = `${LOG}
local id, late = ARGV[4], tonumber(ARGV[5])
if late < 0 then return redis.call('ZREM', key, id) end
return redis.call('ZADD', key, 'XX', now + 1 + late, id)
`;

/** Pauses every instance for at least this many ms. */
const PAUSE_CALLS = `${LOG}
local till = now + tonumber(ARGV[4])
if till > pause then redis.call('ZADD', key, -till, 'pause') end
return 0
`;

/**
 * How many calls count, how many are in flight, the ms that are left of a pause, Redis's time, when the log opened, 1 if all
 * instances have the same limits, and how many calls a minute they may make.
 */
const COUNT_CALLS = `${LOG}
return { used, inFlight, math.max(0, pause - now), now, opens, agreed, limit }
`;

/** Begins the log anew, unless that was done since it opened at this moment. */
const RESTART_LOG = `${LOG}
if opens == tonumber(ARGV[4]) then begin() end
return 0
`;

/** Counts a request of one user: 0, or the ms until there is room for another. */
const TAKE_USER = `${TIME}
local id, limit, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) >= limit then
  local first = tonumber(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
  return first and first + window - now or window
end
redis.call('ZADD', KEYS[1], now + 1, id)
redis.call('PEXPIRE', KEYS[1], window + 1)
return 0
`;

/** The commands that these scripts become, for ioredis's option `scripts`. */
export const SCRIPTS = {
  takeCall: { lua: TAKE_CALL, numberOfKeys: 1 },
  endCall: { lua: END_CALL, numberOfKeys: 1 },
  pauseCalls: { lua: PAUSE_CALLS, numberOfKeys: 1 },
  countCalls: { lua: COUNT_CALLS, numberOfKeys: 1 },
  restartLog: { lua: RESTART_LOG, numberOfKeys: 1 },
  takeUser: { lua: TAKE_USER, numberOfKeys: 1 },
};

/** The key, then arguments, in the order in which the script reads them. */
type ScriptArguments = (string | number)[];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeCall(...args: ScriptArguments): Result<[number, number, number, number, number], Context>;
    endCall(...args: ScriptArguments): Result<number, Context>;
    pauseCalls(...args: ScriptArguments): Result<number, Context>;
    countCalls(
      ...args: ScriptArguments
    ): Result<[number, number, number, number, number, number, number], Context>;
    restartLog(...args: ScriptArguments): Result<number, Context>;
    takeUser(...args: ScriptArguments): Result<number, Context>;
  }
}
