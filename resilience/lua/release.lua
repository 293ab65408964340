-- release: give the place back, correct the windows to what was really used, tell the breaker.
-- KEYS as in common.lua
-- ARGV 1 breaker policy JSON, 2 now or '', 3 permit, 4 outcome ok|slow|fail|throttled|fatal|ignore,
--      5 generation and 6 at, both as acquire gave them, 7 duration ms, 8 retry after ms or 0,
--      9 random 0..1, 10 reason, 11.. correction of each window (really used - charged)
-- -> JSON {applied, transition or false}
-- A second release of a permit, or one after its lease ended, changes nothing; the one that moved the
-- breaker is told so again.
local policy, permit, outcome = cjson.decode(ARGV[1]), ARGV[3], ARGV[4]
local state = hash(KEYS[1])
local now = clock(ARGV[2])
local at, duration, retry_after = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local reason = ARGV[10]

local function answer(applied, transition) return cjson.encode({applied, transition or false}) end

local lease = redis.call('ZREM', KEYS[LEASES], permit)
if state.st == 'h' then redis.call('ZREM', KEYS[PROBES], permit) end
if lease == 0 then
  if state.by ~= permit or state.st == 'h' then return answer(false) end
  return answer(false, moved(state))
end

for i, slice_ms in ipairs(policy.slices) do
  local correction = tonumber(ARGV[10 + i])
  if correction ~= 0 then
    local slice = math.floor(at / slice_ms)
    local units = redis.call('HINCRBY', KEYS[WINDOWS + i], slice, correction)
    if units == correction then                         -- the slice has left the window
      redis.call('HDEL', KEYS[WINDOWS + i], slice)
    elseif units < 0 then
      redis.call('HSET', KEYS[WINDOWS + i], slice, 0)
    end
  end
end

local good = outcome == 'ok' or outcome == 'slow'
if good then
  local average = tonumber(state.avg) or duration
  redis.call('HSET', KEYS[1], 'avg', math.ceil(average * 0.9 + duration * 0.1))
end
if outcome == 'throttled' then
  local rest = retry_after > 0 and retry_after or policy.throttled
  redis.call('HSET', KEYS[1], 'cd', math.max(number(state.cd), now + rest))
end
if outcome == 'ignore' or outcome == 'throttled' or tonumber(ARGV[5]) ~= number(state.gen) then
  return answer(true)
end

local function open(why, ms)
  local st, openings = state.st or 'c', 1
  if st == 'h' or now - number(state.closed) < 10 * policy.open then openings = number(state.tr) + 1 end
  local rest = ms or math.min(policy.open_max, policy.open * 2 ^ (openings - 1))
  state.ou = math.floor(now + rest * (1 + policy.jitter * tonumber(ARGV[9])))
  redis.call('HSET', KEYS[1], 'ou', state.ou, 'tr', openings)
  return answer(true, move(KEYS, state, 'o', why, permit, now))
end

if outcome == 'fatal' then return open(reason, math.max(policy.fatal, retry_after)) end

if state.st == 'h' then
  if outcome ~= 'ok' then return open('probe ' .. outcome) end
  if redis.call('HINCRBY', KEYS[1], 'hs', 1) < policy.to_close then return answer(true) end
  state.ou = 0
  redis.call('HSET', KEYS[1], 'closed', now, 'ou', 0)
  return answer(true, move(KEYS, state, 'c', 'probes succeeded', permit, now))
end
if state.st == 'o' then return answer(true) end

local this = math.floor(now / policy.stat_slice)
if redis.call('HINCRBY', KEYS[STATS], this .. string.sub(outcome, 1, 1), 1) == 1 then
  redis.call('PEXPIRE', KEYS[STATS], 2 * policy.stat_slice * STAT_SLICES)
end
local in_a_row = 0
if outcome == 'fail' then
  in_a_row = redis.call('HINCRBY', KEYS[1], 'cf', 1)
elseif number(state.cf) > 0 then
  redis.call('HSET', KEYS[1], 'cf', 0)
end
if outcome == 'ok' then return answer(true) end

local calls = recent_calls(KEYS[STATS], this)
local total = calls.o + calls.s + calls.f
if in_a_row >= policy.consecutive then return open('consecutive failures') end
if total >= policy.minimum then
  if calls.f >= policy.fail_ratio * total then return open('failure rate') end
  if calls.s >= policy.slow_ratio * total then return open('slow calls') end
end
return answer(true)
