import type { Result } from 'ioredis';

/**
 * The scripts that run inside Redis, each one step for all instances. They go by Redis's own clock, so that no
 * instance's clock matters, and round every moment to the strict side.
 *
 * `calls`, the log, is a sorted set of call → when it ended (or will have ended at the latest), `places` one of call →
 * when its place is free at the latest, so that the places of a killed instance come back. `pause` exists while nobody
 * may call. `instances` is one of instance → when it was last heard of.
 */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * When the log was `begun`, which tells one log from another: a Redis that has lost its data may not look as if nobody had
 * called. And when an instance first said that it knew another log, which is `lost`. Both stand in the log itself, so that
 * nothing but the whole can be lost, and less than 0, before every call.
 */
const MARK = `
local function mark(calls, name)
  local score = redis.call('ZSCORE', calls, name)
  return score and -tonumber(score)
end
`;

/**
 * How many of the instances that there should be have not been heard of. Such a one may have lost its way to Redis, or
 * never found it, and be calling on its own part of the limits: that part is kept for it.
 */
const MISSING = `
local function missing(instances, declared, presence)
  return math.max(0, declared - redis.call('ZCOUNT', instances, now - presence, '+inf'))
end
`;

/**
 * For how many ms nobody may call, since a log was lost so short a time ago that a missing instance may only not have come
 * yet to tell of its calls.
 */
const HELD = `
local function held(calls, gone, presence)
  local lost = mark(calls, 'lost')
  return gone > 0 and lost and math.max(0, lost + presence - now) or 0
end
`;

/**
 * Asks for a call: 0 granted; 1 spent for so many ms, and whether that is exact; 2 no place; 3 paused for so many ms;
 * 4 this is not the log that the instance has told its own calls to.
 * While more calls count than may, it is not the oldest that makes room, but a later one.
 */
const TAKE_CALL = `${NOW}${MARK}${MISSING}${HELD}
local id, log = ARGV[1], tonumber(ARGV[2])
local limit, places, declared = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local window, lease, presence = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
if mark(KEYS[1], 'begun') ~= log then return { 4, 0, 0 } end
local pause = redis.call('PTTL', KEYS[3])
if pause > 0 then return { 3, pause, 1 } end
local gone = missing(KEYS[4], declared, presence)
local hold = held(KEYS[1], gone, presence)
if hold > 0 then return { 1, hold, 0 } end
limit = limit - gone * math.floor(limit / declared)
places = places - gone * math.floor(places / declared)
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - window)
local used = redis.call('ZCOUNT', KEYS[1], 0, '+inf')
if used >= limit then
  local last = redis.call('ZRANGEBYSCORE', KEYS[1], 0, '+inf', 'WITHSCORES', 'LIMIT', used - limit, 1)[2]
  last = last and tonumber(last)
  if not last or last > now + 1 then return { 1, window + 1000, 0 } end
  return { 1, last + window - now, gone == 0 and 1 or 0 }
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= places then return { 2, 0, 0 } end
redis.call('ZADD', KEYS[1], now + lease, id)
redis.call('ZADD', KEYS[2], now + lease, id)
redis.call('PEXPIRE', KEYS[2], lease)
return { 0, 0, 0 }
`;

/** An instance is here: how many are, or -1 when this is not the log that it has told its own calls to. */
const STAY = `${NOW}${MARK}
local instance, log, presence, keep = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if mark(KEYS[1], 'begun') ~= log then return -1 end
redis.call('ZADD', KEYS[2], now, instance)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. now - presence)
redis.call('PEXPIRE', KEYS[1], keep)
redis.call('PEXPIRE', KEYS[2], keep)
return redis.call('ZCARD', KEYS[2])
`;

/** A call has ended, or (late less than 0) was never sent. */
const END_CALL = `${NOW}
local id, late = ARGV[1], tonumber(ARGV[2])
redis.call('ZREM', KEYS[2], id)
if late < 0 then
  redis.call('ZREM', KEYS[1], id)
else
  redis.call('ZADD', KEYS[1], now + 1 + late, id)
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 0
`;

/**
 * Puts in calls that Redis does not know of (id, and how many ms ago it ended, or 'open'), and then, if it is named, that
 * the instance is here. Begins a log where there is none, of which no instance knows yet, and marks one that is begun when
 * the instance has known another (0 for none).
 * Gives when it was begun, and how many ms ago another was lost, less than 0 when none was.
 */
const RESTORE_CALLS = `${NOW}${MARK}
local instance, window, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local pause, keep, known = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
if pause > 0 and pause > redis.call('PTTL', KEYS[3]) then redis.call('SET', KEYS[3], 1, 'PX', pause) end
if redis.call('ZADD', KEYS[1], 'NX', -now, 'begun') == 1 then redis.call('DEL', KEYS[4]) end
local log = mark(KEYS[1], 'begun')
if known > 0 and known ~= log then redis.call('ZADD', KEYS[1], 'NX', -now, 'lost') end
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - window)
for i = 7, #ARGV, 2 do
  if ARGV[i + 1] == 'open' then
    redis.call('ZADD', KEYS[1], now + lease, ARGV[i])
    redis.call('ZADD', KEYS[2], now + lease, ARGV[i])
  else
    redis.call('ZADD', KEYS[1], now + 1 - tonumber(ARGV[i + 1]), ARGV[i])
  end
end
redis.call('PEXPIRE', KEYS[1], keep)
redis.call('PEXPIRE', KEYS[2], lease)
if instance ~= '' then
  redis.call('ZADD', KEYS[4], now, instance)
  redis.call('PEXPIRE', KEYS[4], keep)
end
local lost = mark(KEYS[1], 'lost')
return { log, lost and now - lost or -1 }
`;

/** Pauses for at least so many ms. */
const PAUSE_CALLS = `
if tonumber(ARGV[1]) > redis.call('PTTL', KEYS[1]) then
  redis.call('SET', KEYS[1], 1, 'PX', ARGV[1])
end
return 0
`;

/**
 * How many calls count, how many are under way, for how many ms the site is paused, how many instances are missing, and
 * for how many ms nobody may call.
 */
const COUNT_CALLS = `${NOW}${MARK}${MISSING}${HELD}
local window, declared, presence = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - window)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local gone = missing(KEYS[4], declared, presence)
return {
  redis.call('ZCOUNT', KEYS[1], 0, '+inf'),
  redis.call('ZCARD', KEYS[2]),
  redis.call('PTTL', KEYS[3]),
  gone,
  held(KEYS[1], gone, presence),
}
`;

/** Counts a request of one user: 0, or the ms until there is room for another. */
const TAKE_USER = `${NOW}
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

/** The commands that these scripts become, for `new Redis(url, { scripts })`. */
export const SCRIPTS = {
  takeCall: { lua: TAKE_CALL, numberOfKeys: 4 },
  stay: { lua: STAY, numberOfKeys: 2 },
  endCall: { lua: END_CALL, numberOfKeys: 2 },
  restoreCalls: { lua: RESTORE_CALLS, numberOfKeys: 4 },
  pauseCalls: { lua: PAUSE_CALLS, numberOfKeys: 1 },
  countCalls: { lua: COUNT_CALLS, numberOfKeys: 4 },
  takeUser: { lua: TAKE_USER, numberOfKeys: 1 },
};

/** Keys, then arguments, in the order in which the script reads them. */
type ScriptArguments = (string | number)[];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeCall(...args: ScriptArguments): Result<[number, number, number], Context>;
    stay(...args: ScriptArguments): Result<number, Context>;
    endCall(...args: ScriptArguments): Result<number, Context>;
    restoreCalls(...args: ScriptArguments): Result<[number, number], Context>;
    pauseCalls(...args: ScriptArguments): Result<number, Context>;
    countCalls(...args: ScriptArguments): Result<[number, number, number, number, number], Context>;
    takeUser(...args: ScriptArguments): Result<number, Context>;
  }
}
