-- acquire: may this call be made now? Breaker, cooldown, line, places at once, spacing, every window:
-- all or nothing, a refusal takes nothing but a place in the line.
-- KEYS as in common.lua
-- ARGV 1 now or '', 2 permit, 3 user, 4 how long the caller stays, 5.. cost in each window
-- -> JSON [admitted, wait_ms, reason, place, generation, probe, at, transition or null]
--
-- The line is start-time fair queueing with one call as the unit. A caller that is refused joins it with
-- tag = max(virtual time, its user's last tag + 1); virtual time follows the tag being served, plus STEP for
-- each caller that joins. So whoever joins waits for at most one call of every other user, however many
-- callers those have in line, and nobody can be passed more than 1 / STEP times by newcomers.
-- A caller in line blocks those behind it only while it is here: from HERE ms before it said it would ask
-- again until LATE ms after. One that has to wait longer than it stays is AWAY: when it comes back depends on a
-- free worker, which those behind it would hold. Nobody sleeps on free capacity.
local STEP, HERE, LATE, FORGET, FORCED, AWAY = 1 / 1024, 250, 2000, 900000, 30000, 1e15
local now, permit, user = clock(ARGV[1]), ARGV[2], ARGV[3]
local state = fields(KEYS[1], 'st', 'gen', 'md', 'cd', 'sp', 'avg', 'v', unpack(policy.counted))
local transition = false

local function answer(admitted, wait, reason, place, probe, at)
  return string.format('[%s,%.0f,"%s",%d,%d,%s,%.0f,%s]', tostring(admitted), wait, reason, place, number(state.gen),
                       tostring(probe), at, transition and cjson.encode(transition) or 'null')
end

for i, window in ipairs(policy.windows) do
  if tonumber(ARGV[4 + i]) > window[4] then return answer(false, -1, 'never', 0, false, now) end
end

if redis.call('ZADD', KEYS[LEASES], 'NX', now + policy.lease, permit) == 0 then
  local held = tonumber(redis.call('ZSCORE', KEYS[LEASES], permit))
  if held > now then                     -- the client lost the first answer and asks again
    local probe = redis.call('ZSCORE', KEYS[PROBES], permit) and true or false
    state = hash(KEYS[1])
    if state.by == permit and state.st == 'h' then transition = moved(state) end
    return answer(true, 0, 'again', 0, probe, held - policy.lease)
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
    in_line = redis.call('ZSCORE', KEYS[LINE], permit)
    tag = tonumber(in_line) or math.max(virtual, number(redis.call('ZSCORE', KEYS[TURNS], user)))
    rank = redis.call('ZCOUNT', KEYS[LINE], '-inf', in_line and '(' .. in_line or tag)
  else
    redis.call('HDEL', KEYS[1], 'v')
  end
end

local function somebody_first()
  if rank == 0 then return false end
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', KEYS[DUE], now - LATE, now + HERE)) do
    local theirs = number(redis.call('ZSCORE', KEYS[LINE], other))
    if other ~= permit and (theirs < tag or theirs == tag and not in_line) then return true end
  end
  return false
end

local average = tonumber(state.avg) or 1000
local function behind()                  -- how long the provider takes for those before this caller in line
  if rank == 0 then return 0 end
  local pace = policy.spacing
  if policy.max > 0 then pace = math.max(pace, average / policy.max) end
  for i, window in ipairs(policy.windows) do
    pace = math.max(pace, window[2] * window[3] * tonumber(ARGV[4 + i]) / window[4])
  end
  return rank * pace
end

local wait, reason = 0, nil
local function refuse(why, ms)
  if not reason or ms > wait then wait, reason = ms, why end
end

local probe = false
if state.md == 'o' then
  refuse('forced_open', FORCED + behind())
elseif state.md ~= 'c' and (state.st or 'c') ~= 'c' then
  state.ou = number(redis.call('HGET', KEYS[1], 'ou'))
  if state.st == 'o' and now < state.ou then
    refuse('open', state.ou - now + behind())
  else
    if state.st == 'o' then transition = move(KEYS, state, 'h', 'rest is over', permit, now) end
    redis.call('ZREMRANGEBYSCORE', KEYS[PROBES], '-inf', now)
    probe = redis.call('ZCARD', KEYS[PROBES]) < policy.probes
    if not probe then refuse('probing', math.max(100, average) + behind()) end
  end
end
if number(state.cd) > now then refuse('cooldown', number(state.cd) - now + behind()) end
if exceeds(KEYS[LEASES], policy.max) and policy.max > 0 then
  refuse('concurrency', 50 + rank * average / policy.max / 4)
end
if number(state.sp) + policy.spacing > now then
  refuse('spacing', number(state.sp) + policy.spacing * (rank + 1) - now)
end
local sums, froms = {}, {}
for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices, limit, estimated = unpack(window)
  local cost, key = tonumber(ARGV[4 + i]), KEYS[WINDOWS + i]
  if cost > 0 then
    local sum, from = used(state[unit], state[unit .. '_from'], key, slice_ms, slices, now)
    if sum + cost > limit then
      local ms = wait_for(sum + cost * (rank + 1) - limit, key, slice_ms, slices, limit, now)
      -- What calls in flight were charged is an estimate; most give some of it back when they end.
      local others = redis.call('ZCOUNT', KEYS[LEASES], '(' .. now, '+inf') - 1
      if estimated == 1 and others > 0 then ms = math.min(ms, math.max(250, average) * (rank + 1)) end
      refuse(unit, ms)
    end
    sums[i], froms[i] = sum, from
  end
end
if not reason and not probe and somebody_first() then refuse('fairness', math.min(1000, 10 * (rank + 1))) end

local news = {}                          -- for the state
local function note(field, value)
  news[#news + 1] = field
  news[#news + 1] = value
end

for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices = unpack(window)
  if sums[i] and not reason then
    local cost = tonumber(ARGV[4 + i])
    froms[i] = charge(froms[i], KEYS[WINDOWS + i], slice_ms, slices, cost, now)
    sums[i] = sums[i] + cost
  end
  if froms[i] then
    note(unit, sums[i])
    note(unit .. '_from', froms[i])
  end
end

if reason then
  redis.call('ZREM', KEYS[LEASES], permit)
  for _, since in ipairs({0, AWAY}) do
    for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[DUE], since, since + now - FORGET)) do
      redis.call('ZREM', KEYS[DUE], gone)
      redis.call('ZREM', KEYS[LINE], gone)
    end
  end
  wait = math.ceil(math.max(1, math.min(wait, policy.max_wait)))
  if not has_line then redis.call('DEL', KEYS[TURNS]) end
  if not in_line then
    note('v', virtual + STEP)
    redis.call('ZADD', KEYS[LINE], tag, permit)
    redis.call('ZREMRANGEBYSCORE', KEYS[TURNS], '-inf', virtual)
    redis.call('ZADD', KEYS[TURNS], tag + 1, user)
  end
  redis.call('ZADD', KEYS[DUE], now + wait + (wait > tonumber(ARGV[4]) and AWAY or 0), permit)
  for key = LINE, TURNS do redis.call('PEXPIRE', KEYS[key], 2 * FORGET) end
else
  if in_line then
    redis.call('ZREM', KEYS[LINE], permit)
    redis.call('ZREM', KEYS[DUE], permit)
  elseif has_line then
    redis.call('ZADD', KEYS[TURNS], tag + 1, user)
  end
  if policy.spacing > 0 then note('sp', now) end
  if probe then redis.call('ZADD', KEYS[PROBES], now + policy.lease, permit) end
end
if #news > 0 then redis.call('HSET', KEYS[1], unpack(news)) end
if reason then return answer(false, wait, reason, rank + 1, false, now) end
return answer(true, 0, '', 0, probe, now)
