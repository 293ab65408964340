-- acquire: may this call be made now? Breaker, cooldown, line, places at once, spacing, every window:
-- all or nothing, a refusal takes nothing but a place in the line.
-- KEYS as in common.lua
-- ARGV 1 now or '', 2 permit, 3 user, 4 how long the caller stays, 5 waiter: who stands in line for it,
--      6 when it was admitted, for one that was held up since and asks anew before it is sent, else 0,
--      7.. cost in each window
-- -> JSON [admitted, wait_ms, reason, place, generation, probe, at, transition or null]
--
-- The line is start-time fair queueing with one waiter as the unit. A waiter that is refused joins it with
-- tag = max(virtual time, its user's last tag + 1); virtual time follows the tag being served, plus STEP for
-- each that joins. So whoever joins waits for at most one call of every other user, however many
-- waiters those have in line, and nobody can be passed more than 1 / STEP times by newcomers.
-- A waiter blocks those behind it only while it is here: from HERE ms before it said it would ask
-- again until LATE ms after. One that has to wait longer than it stays is AWAY, until call_up.lua calls it.
-- When it comes back depends on a free worker, which those behind it would hold. Nobody sleeps on free capacity.
local STEP, HERE, FORGET, COUNTED = 1 / 1024, 250, 3600000, 1000
local now, permit, user, waiter = clock(ARGV[1]), ARGV[2], ARGV[3], ARGV[5]
local state = fields(KEYS[1], 'st', 'gen', 'md', 'cd', 'sp', 'avg', 'v', unpack(policy.counted))
local transition = false
local costs = {}
for i = 1, #policy.windows do costs[i] = tonumber(ARGV[6 + i]) end

local function answer(admitted, wait, reason, place, probe, at)
  return string.format('[%s,%.0f,"%s",%d,%d,%s,%.0f,%s]', tostring(admitted), wait, reason, place, number(state.gen),
                       tostring(probe), at, transition and cjson.encode(transition) or 'null')
end

for i, window in ipairs(policy.windows) do
  if costs[i] > window[4] then return answer(false, -1, 'never', 0, false, now) end
end

-- What was used at `at` is used now, which is no more. False: some has left its window, and may be others' by now.
local function move_on(at)
  for i, window in ipairs(policy.windows) do
    local _, slice_ms, slices = unpack(window)
    if costs[i] > 0 and math.floor(at / slice_ms) < math.floor(now / slice_ms) - slices then return false end
  end
  for i, window in ipairs(policy.windows) do
    local unit, slice_ms, slices = unpack(window)
    if costs[i] > 0 then
      redis.call('HINCRBY', KEYS[WINDOWS + i], math.floor(at / slice_ms), -costs[i])
      charge(tonumber(state[unit .. '_from']), KEYS[WINDOWS + i], slice_ms, slices, costs[i], now)
    end
  end
  return true
end

if redis.call('ZADD', KEYS[LEASES], 'NX', now + policy.lease, permit) == 0 then
  local held, at = tonumber(redis.call('ZSCORE', KEYS[LEASES], permit)), tonumber(ARGV[6])
  if held > now and (at == 0 or move_on(at)) then       -- else the client lost the first answer and asks again
    local probe = redis.call('ZSCORE', KEYS[PROBES], permit) and true or false
    state = hash(KEYS[1])
    if state.by == permit and state.st == 'h' then transition = moved(state) end
    return answer(true, 0, 'again', 0, probe, at == 0 and held - policy.lease or now)
  end
  redis.call('ZADD', KEYS[LEASES], now + policy.lease, permit)
end

-- Are there more calls than `most` whose lease has not ended?
local function exceeds(key, most)
  if redis.call('ZCARD', key) <= most then return false end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  return redis.call('ZCARD', key) > most
end

local tag, rank, in_line, virtual, has_line = 0, 0, false, 0, false
if state.v then
  local head = redis.call('ZRANGE', KEYS[LINE], 0, 0, 'WITHSCORES')
  has_line = head[1] ~= nil
  if has_line then
    virtual = math.max(number(state.v), number(head[2]))
    in_line = redis.call('ZSCORE', KEYS[LINE], waiter)
    tag = tonumber(in_line) or math.max(virtual, number(redis.call('ZSCORE', KEYS[TURNS], user)))
    rank = in_line and redis.call('ZRANK', KEYS[LINE], waiter) or redis.call('ZCOUNT', KEYS[LINE], '-inf', tag)
  else
    redis.call('HDEL', KEYS[1], 'v')
  end
end

local function somebody_first()
  if rank == 0 then return false end
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', KEYS[DUE], now - LATE, now + HERE)) do
    local theirs = number(redis.call('ZSCORE', KEYS[LINE], other))
    if other ~= waiter and (theirs < tag or theirs == tag and not in_line) then return true end
  end
  return false
end

local wait, reason = 0, nil
local function refuse(why, ms)
  if why and (not reason or ms > wait) then wait, reason = ms, why end
end

local average, probe = tonumber(state.avg) or 1000, false
if state.st == 'o' then state.ou = redis.call('HGET', KEYS[1], 'ou') end
refuse(held_back(state, now))
if state.md ~= 'o' and in_half_open(state, now) then
  if state.st == 'o' then transition = move(KEYS, state, 'h', 'rest is over', permit, now) end
  redis.call('ZREMRANGEBYSCORE', KEYS[PROBES], '-inf', now)
  probe = redis.call('ZCARD', KEYS[PROBES]) < policy.probes
  if not probe then refuse('probing', math.max(100, average)) end
end
if policy.max > 0 and exceeds(KEYS[LEASES], policy.max) then refuse('concurrency', 50) end
if number(state.sp) + policy.spacing > now then refuse('spacing', number(state.sp) + policy.spacing - now) end
local sums, froms = {}, {}
for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices, limit = unpack(window)
  if costs[i] > 0 then
    local key = KEYS[WINDOWS + i]
    sums[i], froms[i] = used(state[unit], state[unit .. '_from'], key, slice_ms, slices, now)
    local need = sums[i] + costs[i] - limit
    if need > 0 then refuse(unit, wait_for(need, in_order(key), slice_ms, slices, limit, now)) end
  end
end
if not reason and not probe and somebody_first() then refuse('fairness', math.min(1000, 10 * (rank + 1))) end

-- What those before this one in line will take of each window.
local function taken_before()
  local sums, first = {}, redis.call('ZRANGE', KEYS[LINE], 0, math.min(rank, COUNTED) - 1)
  for _, ask in ipairs(redis.call('HMGET', KEYS[ASKS], unpack(first))) do
    local _, theirs = asked(ask)
    for i, cost in ipairs(theirs) do sums[i] = (sums[i] or 0) + cost * rank / #first end
  end
  return sums
end

-- With those before it: how long until this one is served.
local function expected()
  if rank == 0 or reason == 'fairness' then return wait end
  local ms, before = wait + rank * pace(state), taken_before()
  for i, window in ipairs(policy.windows) do
    local _, slice_ms, slices, limit, estimated = unpack(window)
    local need = sums[i] and sums[i] + math.ceil(before[i] or 0) + costs[i] - limit or 0
    if need > 0 then ms = math.max(ms, wait_for(need, in_order(KEYS[WINDOWS + i]), slice_ms, slices, limit, now)) end
  end
  return ms
end

for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices = unpack(window)
  if sums[i] and not reason then
    froms[i] = charge(froms[i], KEYS[WINDOWS + i], slice_ms, slices, costs[i], now)
    sums[i] = sums[i] + costs[i]
  end
  if froms[i] then
    note(unit, sums[i])
    note(unit .. '_from', froms[i])
  end
end

if reason then
  redis.call('ZREM', KEYS[LEASES], permit)
  for _, since in ipairs({0, AWAY, CALLED}) do
    for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[DUE], since, since + now - FORGET)) do leave(KEYS, gone) end
  end
  -- What calls in flight were charged is an estimate; most give some of it back when they end.
  local others = redis.call('ZCOUNT', KEYS[LEASES], '(' .. now, '+inf')
  wait = reason == 'tokens' and others > 0 and math.min(expected(), math.max(250, average) * (rank + 1)) or expected()
  wait = math.ceil(math.max(1, math.min(wait, policy.max_wait)))
  if not has_line then redis.call('DEL', KEYS[TURNS]) end
  if not in_line then
    note('v', virtual + STEP)
    redis.call('ZADD', KEYS[LINE], tag, waiter)
    redis.call('ZREMRANGEBYSCORE', KEYS[TURNS], '-inf', virtual)
    redis.call('ZADD', KEYS[TURNS], tag + 1, user)
  end
  local since = asked(redis.call('HGET', KEYS[ASKS], waiter) or string.format('%.0f', now))
  redis.call('HSET', KEYS[ASKS], waiter, string.format('%.0f,', since) .. table.concat(costs, ','))
  redis.call('ZADD', KEYS[DUE], now + wait + (wait > tonumber(ARGV[4]) and AWAY or 0), waiter)
  for key = LINE, ASKS do redis.call('PEXPIRE', KEYS[key], 2 * FORGET) end
else
  if in_line then
    leave(KEYS, waiter)
  elseif has_line then
    redis.call('ZADD', KEYS[TURNS], tag + 1, user)
  end
  if policy.spacing > 0 then note('sp', now) end
  if probe then redis.call('ZADD', KEYS[PROBES], now + policy.lease, permit) end
end
if #news > 0 then redis.call('HSET', KEYS[1], unpack(news)) end
if reason then return answer(false, wait, reason, rank + 1, false, now) end
return answer(true, 0, '', 0, probe, now)
