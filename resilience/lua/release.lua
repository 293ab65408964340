-- release: give the place back, correct the windows to what was really used, tell the breaker.
-- KEYS as in common.lua
-- ARGV 1 now or '', 2 permit, 3 outcome ok|slow|fail|throttled|fatal|ignore,
--      4 generation and 5 at, both as acquire gave them, 6 duration ms, 7 retry after ms or 0,
--      8 random 0..1, 9 reason, 10.. correction of each window (really used - charged)
-- -> JSON [applied, transition or null]
-- A second release of a permit, or one whose place went to another after its lease, changes nothing; the
-- one that moved the breaker is told so again.
local now, permit, outcome = clock(ARGV[1]), ARGV[2], ARGV[3]
local state = fields(KEYS[1], 'st', 'gen', 'avg', 'cf', 'cd', unpack(policy.counted))
local at, duration, retry_after = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local reason = ARGV[9]

local function answer(applied, transition)
  return string.format('[%s,%s]', tostring(applied), transition and cjson.encode(transition) or 'null')
end

if state.st == 'h' then redis.call('ZREM', KEYS[PROBES], permit) end
if redis.call('ZREM', KEYS[LEASES], permit) == 0 then
  state = hash(KEYS[1])
  if state.by ~= permit or state.st == 'h' then return answer(false) end
  return answer(false, moved(state))
end

-- However short a time the provider names, nobody asks it again at once.
local SHORTEST = 100
for i, window in ipairs(policy.windows) do
  local unit, slice_ms = unpack(window)
  local units, slice, from = tonumber(ARGV[9 + i]), math.floor(at / slice_ms), tonumber(state[unit .. '_from'])
  if units ~= 0 and from and slice >= from then         -- else the slice has left the window
    local left = redis.call('HINCRBY', KEYS[WINDOWS + i], slice, units)
    if left < 0 then redis.call('HSET', KEYS[WINDOWS + i], slice, 0) end
    note(unit, state[unit] + units - math.min(left, 0))
  end
end
if outcome == 'ok' or outcome == 'slow' then
  local average = tonumber(state.avg) or duration
  note('avg', math.ceil(average * 0.9 + duration * 0.1))
end
if outcome == 'throttled' then
  local rest = retry_after > 0 and math.max(retry_after, SHORTEST) or policy.throttled
  note('cd', math.max(number(state.cd), now + rest))
end
if #news > 0 then redis.call('HSET', KEYS[1], unpack(news)) end
if outcome == 'ignore' or outcome == 'throttled' or tonumber(ARGV[4]) ~= number(state.gen) then
  return answer(true)
end

local function open(why, ms)
  state = hash(KEYS[1])
  local st, openings = state.st or 'c', 1
  if st == 'h' or now - number(state.closed) < 10 * policy.open then openings = number(state.tr) + 1 end
  local rest = ms or math.min(policy.open_max, policy.open * 2 ^ (openings - 1))
  state.ou = math.floor(now + rest * (1 + policy.jitter * tonumber(ARGV[8])))
  redis.call('HSET', KEYS[1], 'ou', state.ou, 'tr', openings)
  return answer(true, move(KEYS, state, 'o', why, permit, now))
end

if outcome == 'fatal' then return open(reason, math.max(policy.fatal, retry_after)) end

if state.st == 'h' then
  if outcome ~= 'ok' then return open('probe ' .. outcome) end
  if redis.call('HINCRBY', KEYS[1], 'hs', 1) < policy.to_close then return answer(true) end
  state = hash(KEYS[1])
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
