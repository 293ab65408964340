-- acquire: may this call be made now? Breaker, cooldown, line, places at once, spacing, every window:
-- all or nothing, a refusal takes nothing but a place in the line.
-- KEYS as in common.lua
-- ARGV 1 limits JSON, 2 now or '', 3 permit, 4 user, 5.. cost in each window
-- -> JSON {admitted, wait_ms, reason, place, generation, probe, at, transition or false}
--
-- The line is start-time fair queueing with one call as the unit. A caller that is refused joins it with
-- tag = max(virtual time, its user's last tag + 1); virtual time follows the tag being served, plus STEP for
-- each caller that joins. So whoever joins waits for at most one call of every other user, however many
-- callers those have in line, and nobody can be passed more than 1 / STEP times by newcomers.
-- A caller in line blocks those behind it only while it is here: from HERE ms before it said it would ask
-- again until LATE ms after. Nobody sleeps on free capacity.
local STEP, HERE, LATE, FORGET, FORCED = 1 / 1024, 250, 2000, 900000, 30000
local policy, permit, user = cjson.decode(ARGV[1]), ARGV[3], ARGV[4]
local state = hash(KEYS[1])
local now = clock(ARGV[2])
local transition = false

local function answer(admitted, wait, reason, place, probe, at)
  return cjson.encode({admitted, wait, reason, place, number(state.gen), probe, at, transition})
end

local held = number(redis.call('ZSCORE', KEYS[LEASES], permit))
if held > now then            -- the client lost the first answer and asks again
  local probe = redis.call('ZSCORE', KEYS[PROBES], permit) and true or false
  if state.by == permit and state.st == 'h' then transition = moved(state) end
  return answer(true, 0, 'again', 0, probe, held - policy.lease)
end

local function count(key)                -- of the calls whose lease has not ended
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  return redis.call('ZCARD', key)
end

local tag, rank, in_line, virtual = 0, 0, false, 0
local has_line = redis.call('EXISTS', KEYS[LINE]) == 1
if has_line then
  local head = redis.call('ZRANGE', KEYS[LINE], 0, 0, 'WITHSCORES')
  virtual = math.max(number(state.v), number(head[2]))
  in_line = redis.call('ZSCORE', KEYS[LINE], permit)
  tag = tonumber(in_line) or math.max(virtual, number(redis.call('ZSCORE', KEYS[TURNS], user)))
  rank = redis.call('ZCOUNT', KEYS[LINE], '-inf', in_line and '(' .. in_line or tag)
end

local function somebody_first()
  if rank == 0 then return false end
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', KEYS[DUE], now - LATE, now + HERE)) do
    local theirs = number(redis.call('ZSCORE', KEYS[LINE], other))
    if other ~= permit and (theirs < tag or theirs == tag and not in_line) then return true end
  end
  return false
end

local wait, reason = 0, nil
local function refuse(why, ms)
  if not reason or ms > wait then wait, reason = ms, why end
end

local average, in_flight = tonumber(state.avg) or 1000, count(KEYS[LEASES])
local pace = policy.spacing              -- how long the provider takes for each caller in line
if policy.max > 0 then pace = math.max(pace, average / policy.max) end
for i, window in ipairs(policy.windows) do
  pace = math.max(pace, window[2] * window[3] * tonumber(ARGV[4 + i]) / window[4])
end

local probe = false
if state.md == 'o' then
  refuse('forced_open', FORCED + rank * pace)
elseif state.md ~= 'c' and (state.st or 'c') ~= 'c' then
  if state.st == 'o' and now < number(state.ou) then
    refuse('open', number(state.ou) - now + rank * pace)
  else
    if state.st == 'o' then transition = move(KEYS, state, 'h', 'rest is over', permit, now) end
    probe = count(KEYS[PROBES]) < policy.probes
    if not probe then refuse('probing', math.max(100, average) + rank * pace) end
  end
end
if number(state.cd) > now then refuse('cooldown', number(state.cd) - now + rank * pace) end
if policy.max > 0 and in_flight >= policy.max then refuse('concurrency', 50 + rank * average / policy.max / 4) end
if number(state.sp) + policy.spacing > now then
  refuse('spacing', number(state.sp) + policy.spacing * (rank + 1) - now)
end
for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices, limit, estimated = unpack(window)
  local cost = tonumber(ARGV[4 + i])
  if cost > limit then return answer(false, -1, 'never', 0, false, now) end
  if cost > 0 then
    local total, live = used(KEYS[WINDOWS + i], slice_ms, slices, now)
    if total + cost > limit then
      local ms = wait_for(total + cost * (rank + 1) - limit, live, slice_ms, slices, limit, now)
      -- What calls in flight were charged is an estimate; most give some of it back when they end.
      if estimated == 1 and in_flight > 0 then ms = math.min(ms, math.max(250, average) * (rank + 1)) end
      refuse(unit, ms)
    end
  end
end
if not reason and not probe and somebody_first() then refuse('fairness', math.min(1000, 10 * (rank + 1))) end

if reason then
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[DUE], '-inf', now - FORGET)) do
    redis.call('ZREM', KEYS[DUE], gone)
    redis.call('ZREM', KEYS[LINE], gone)
  end
  wait = math.ceil(math.max(1, math.min(wait, policy.max_wait)))
  if not has_line then redis.call('DEL', KEYS[TURNS]) end
  if not in_line then
    redis.call('HSET', KEYS[1], 'v', virtual + STEP)
    redis.call('ZADD', KEYS[LINE], tag, permit)
    redis.call('ZREMRANGEBYSCORE', KEYS[TURNS], '-inf', virtual)
    redis.call('ZADD', KEYS[TURNS], tag + 1, user)
  end
  redis.call('ZADD', KEYS[DUE], now + wait, permit)
  for key = LINE, TURNS do redis.call('PEXPIRE', KEYS[key], 2 * FORGET) end
  return answer(false, wait, reason, rank + 1, false, now)
end

if in_line then
  redis.call('ZREM', KEYS[LINE], permit)
  redis.call('ZREM', KEYS[DUE], permit)
elseif has_line then
  redis.call('ZADD', KEYS[TURNS], tag + 1, user)
end
for i, window in ipairs(policy.windows) do
  local cost = tonumber(ARGV[4 + i])
  if cost > 0 then charge(KEYS[WINDOWS + i], window[2], window[3], cost, now) end
end
if policy.spacing > 0 then redis.call('HSET', KEYS[1], 'sp', now) end
redis.call('ZADD', KEYS[LEASES], now + policy.lease, permit)
if probe then redis.call('ZADD', KEYS[PROBES], now + policy.lease, permit) end
return answer(true, 0, '', 0, probe, now)
