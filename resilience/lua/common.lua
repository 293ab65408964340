-- common: put in front of every script of this directory by scripts.py, which writes `policy` before it:
--   the limits and the breaker's policy of the provider (policies.py), times in milliseconds.
-- Keys of one provider share one {hash tag}, in this order in every script that takes them:
--   1 state   HASH  st c|o|h, gen, at, why, by    last transition: state, number, time, reason, permit that made it
--                   ou open until, tr openings in a row, cf failures in a row, hs half-open successes, closed at
--                   md a|o|c mode auto, forced open, forced closed; cd cooldown until
--                   avg call ms, sp last admission, v virtual time of the line while there is one
--                   <unit>, <unit>_from for each window: units used in it, and the slice they are counted from
--   2 leases  ZSET  permit -> expires: calls in flight
--   3 probes  ZSET  permit -> expires: those of them that try a half-open provider
--   4 stats   HASH  <slice>o|s|f -> calls that ended ok, slow, failed
--   5 line    ZSET  waiter -> tag: who waits, the smallest tag is served first
--   6 due     ZSET  waiter -> when it asks again; + AWAY for one that has gone away until then; CALLED + when it
--                   was called, for one of those that may come now
--   7 turns   ZSET  user -> the smallest tag the user's next waiter may get
--   8 asks    HASH  waiter -> since when it waits, and the cost of its call in each window
--   9.. one window each  HASH  slice -> units used
-- The state holds all that most calls ask about, since each command costs more than what it does.
-- Times are milliseconds since the epoch on this server's clock. A test may hand in its own.
local LEASES, PROBES, STATS, LINE, DUE, TURNS, ASKS, WINDOWS = 2, 3, 4, 5, 6, 7, 8, 8
local STAT_SLICES, AWAY, CALLED, LATE = 10, 1e15, 2e15, 2000

local function hash(key)
  local flat, fields = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end

local function fields(key, ...)
  local values, named = redis.call('HMGET', key, ...), {}
  for i, name in ipairs({...}) do named[name] = values[i] or nil end
  return named
end

local function number(text) return tonumber(text) or 0 end

-- Fields of the state and their new values, to be written at once.
local news = {}
local function note(field, value)
  news[#news + 1] = field
  news[#news + 1] = value
end

-- A replica that takes over may be a little behind. Nothing passes a limit for that: slices and leases of
-- the future count as well.
local function clock(given)
  local now = tonumber(given)
  if now then return now end
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- A window holds `sum` units used since the slice `from`. What of them is in the window that ends at `at`, its first
-- slice, and the slices that have left it by then (nil: all).
local function used_at(sum, from, key, slice_ms, slices, at)
  sum, from = number(sum), tonumber(from)
  local first, gone = math.floor(at / slice_ms) - slices, {}
  if not from or from >= first then return sum, from, gone end
  if first - from > slices then return 0, nil, nil end
  for slice = from, first - 1 do gone[#gone + 1] = slice end
  for _, units in ipairs(redis.call('HMGET', key, unpack(gone))) do sum = sum - number(units) end
  return sum, first, gone
end

-- The same for the present: what has left the window is forgotten.
local function used(sum, from, key, slice_ms, slices, now)
  local total, first, gone = used_at(sum, from, key, slice_ms, slices, now)
  if not gone then
    redis.call('DEL', key)
  elseif #gone > 0 then
    redis.call('HDEL', key, unpack(gone))
  end
  return total, first
end

-- The slices of a window and their units, in order.
local function in_order(key)
  local live = {}
  for slice, units in pairs(hash(key)) do
    if tonumber(slice) then live[#live + 1] = {tonumber(slice), tonumber(units)} end
  end
  table.sort(live, function(a, b) return a[1] < b[1] end)
  return live
end

-- Milliseconds until `need` units have left a window. Units beyond the limit have to be used by others
-- first and leave one lap later.
local function wait_for(need, live, slice_ms, slices, limit, now)
  local lap = (slices + 1) * slice_ms
  local laps = math.floor((need - 1) / limit)
  need = need - laps * limit
  for _, slice in ipairs(live) do
    need = need - slice[2]
    if need <= 0 then return laps * lap + (slice[1] + slices + 1) * slice_ms - now end
  end
  return (laps + 1) * lap
end

-- From `asks`: since when somebody waits, and the cost of its call in each window.
local function asked(text)
  local numbers = {}
  for value in string.gmatch(text or '0', '[^,]+') do numbers[#numbers + 1] = tonumber(value) end
  return table.remove(numbers, 1), numbers
end

-- The pace at which the places at once and the distance between calls let callers pass: ms for each.
local function pace(state)
  return math.max(policy.spacing, policy.max > 0 and (tonumber(state.avg) or 1000) / policy.max or 0)
end

-- What holds everybody back, whatever a call costs: why, and for how many ms yet.
local function held_back(state, now)
  if state.md == 'o' then return 'forced_open', policy.max_wait end
  if state.md ~= 'c' and state.st == 'o' and now < number(state.ou) then return 'open', number(state.ou) - now end
  if number(state.cd) > now then return 'cooldown', number(state.cd) - now end
  return nil, 0
end

local function in_half_open(state, now)
  return state.md ~= 'c' and (state.st == 'h' or state.st == 'o' and now >= number(state.ou))
end

local function leave(keys, waiter)
  for _, key in ipairs({LINE, DUE}) do redis.call('ZREM', keys[key], waiter) end
  redis.call('HDEL', keys[ASKS], waiter)
end

-- Uses units of the present slice; the new `from` of a window that had none.
local function charge(from, key, slice_ms, slices, units, now)
  local slice = math.max(math.floor(now / slice_ms), from or 0)
  if redis.call('HINCRBY', key, slice, units) == units then
    redis.call('PEXPIRE', key, 2 * slices * slice_ms)
  end
  return from or slice
end

-- How many calls ended ok, slow, failed in the STAT_SLICES slices up to this one; forgets older ones.
local function recent_calls(key, this)
  local calls = {o = 0, s = 0, f = 0}
  for field, count in pairs(hash(key)) do
    local slice, kind = tonumber(string.sub(field, 1, -2)), string.sub(field, -1)
    if slice > this - STAT_SLICES then
      calls[kind] = calls[kind] + tonumber(count)
    else
      redis.call('HDEL', key, field)
    end
  end
  return calls
end

local function moved(state)
  return {state.from, state.st, number(state.gen), number(state.at), number(state.ou), state.why}
end

-- Moves the breaker and starts a new generation: results of calls admitted before no longer count.
local function move(keys, state, to, why, by, now)
  state.from, state.st, state.gen, state.at, state.why = state.st or 'c', to, number(state.gen) + 1, now, why
  redis.call('HSET', keys[1], 'st', to, 'gen', state.gen, 'at', now, 'why', why, 'by', by, 'from', state.from,
             'cf', 0, 'hs', 0)
  redis.call('DEL', keys[STATS], keys[PROBES])
  return moved(state)
end
