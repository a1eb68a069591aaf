import type { Result } from 'ioredis';

/**
 * The Lua scripts that run in Redis. Each is one atomic step for all instances, and uses Redis's clock.
 *
 * The log is a single sorted set, so that it can only be lost as a whole. Its members and scores, which are moments in
 * milliseconds:
 * - the id of a call → the latest moment at which it reaches Chargebee, in the future while the call is in flight. The call
 *   counts until a minute after that moment.
 * - `run:` with the run id of the Redis server that wrote the log → minus the moment at which the log opens. Before that, the
 *   log may be incomplete, and no call is granted.
 * - `pause` → minus the moment at which a pause that Chargebee requested ends. No call is granted before that.
 * - `limits:` with the limits of an instance → minus the moment until which its calls may count. If instances have different
 *   limits, the smallest ones apply.
 */
const TIME = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** No moment in the log is further ahead when it is written: a pause that Chargebee requests has at most ten minutes. */
const MAX_AHEAD_MS = 11 * 60_000;

/**
 * The beginning of every script on the log. When the log is missing (flushed, evicted, or not yet created) or was written by
 * another run of a server (restored from disk, or a replica's copy that may lack the last calls), it may lack calls that still
 * count. A new log is then begun, which opens when no such call can count any more. A moment that is far ahead also leads to a new
 * log, because no call would be granted until then: it shows that Redis's clock was set back and no instance has noticed.
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
local opensAt = redis.call('ZSCORE', key, run)
for index = 0, -1, -1 do
  local moment = redis.call('ZRANGE', key, index, index, 'WITHSCORES')[2]
  if moment and math.abs(tonumber(moment)) > now + ${MAX_AHEAD_MS} then opensAt = nil end
end
opensAt = opensAt and -tonumber(opensAt) or begin()
local pause = redis.call('ZSCORE', key, 'pause')
pause = pause and -tonumber(pause) or 0
redis.call('ZADD', key, -(now + window + lease), 'limits:' .. ARGV[3])
local limit, slots, agreed = math.huge, math.huge, 0
local facts = redis.call('ZRANGEBYSCORE', key, '-inf', '(0', 'WITHSCORES')
for index = 1, #facts, 2 do
  local itsLimit, itsSlots = string.match(facts[index], '^limits:(%d+):(%d+):')
  if itsLimit and -tonumber(facts[index + 1]) < now then
    redis.call('ZREM', key, facts[index])
  elseif itsLimit then
    limit, slots = math.min(limit, tonumber(itsLimit)), math.min(slots, tonumber(itsSlots))
    agreed = agreed + 1
  end
end
agreed = agreed == 1 and 1 or 0
redis.call('ZREMRANGEBYSCORE', key, 0, now - window)
local used = redis.call('ZCOUNT', key, 0, '+inf')
local inFlight = redis.call('ZCOUNT', key, '(' .. now, '+inf')
`;

/**
 * Takes one call. Returns a code with a value, Redis's time, the moment at which the log opens, and 1 if all instances have the
 * same limits. The codes are: 0 granted; 1 spent, for this many ms; 2 all slots are taken, and this many calls of the minute
 * are left; 3 paused, for this many ms.
 */
const TAKE_CALL = `${LOG}
local id = ARGV[4]
if opensAt > now then return { 1, opensAt - now, now, opensAt, agreed } end
if pause > now then return { 3, pause - now, now, opensAt, agreed } end
if used >= limit then
  local last = redis.call('ZRANGEBYSCORE', key, 0, '+inf', 'WITHSCORES', 'LIMIT', used - limit, 1)[2]
  local ends = math.min(tonumber(last or now), now + 1000)
  return { 1, ends + window - now, now, opensAt, agreed }
end
if inFlight >= slots then return { 2, limit - used, now, opensAt, agreed } end
redis.call('ZADD', key, now + lease, id)
return { 0, 0, now, opensAt, agreed }
`;

/** Ends a call, which may still arrive this many ms later. A negative number removes the call, as it was never sent. */
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
 * Returns the number of calls that count, the number in flight, the ms left of a pause, Redis's time, the moment at which the
 * log opens, 1 if all instances have the same limits, and the limit of calls per minute.
 */
const COUNT_CALLS = `${LOG}
return { used, inFlight, math.max(0, pause - now), now, opensAt, agreed, limit }
`;

/** Begins a new log, unless another instance has already replaced the one that opens at this moment. */
const RESTART_LOG = `${LOG}
if opensAt == tonumber(ARGV[4]) then begin() end
return 0
`;

/**
 * Counts a request of one user. Returns 0, or the ms until another one is allowed. Requests that seem to be made later than now
 * are dropped: Redis's clock was set back, and they would count for as long as it was.
 */
const TAKE_USER = `${TIME}
local id, limit, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + 1000, '+inf')
if redis.call('ZCARD', KEYS[1]) >= limit then
  local first = tonumber(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
  return first and first + window - now or window
end
redis.call('ZADD', KEYS[1], now + 1, id)
redis.call('PEXPIRE', KEYS[1], window + 1)
return 0
`;

/** The scripts as commands, for ioredis's option `scripts`. */
export const SCRIPTS = {
  takeCall: { lua: TAKE_CALL, numberOfKeys: 1 },
  endCall: { lua: END_CALL, numberOfKeys: 1 },
  pauseCalls: { lua: PAUSE_CALLS, numberOfKeys: 1 },
  countCalls: { lua: COUNT_CALLS, numberOfKeys: 1 },
  restartLog: { lua: RESTART_LOG, numberOfKeys: 1 },
  takeUser: { lua: TAKE_USER, numberOfKeys: 1 },
};

/** The key, then the arguments, in the order in which the script reads them. */
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
