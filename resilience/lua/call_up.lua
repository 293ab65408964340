-- call_up: who of those that are away may come now, in order; no more than there will be room for when they are here.
-- KEYS as in common.lua
-- ARGV 1 now or '', 2 ms until they are here, 3 how many at most
-- -> JSON [[waiter..], how many more calls there is room for, for those that stand in no line]
-- Whoever has been called is counted on for COMING ms, then called again: its row was locked, or not yet written, when it
-- was to be woken. One that is late has gone away, too, without a word. Retries have a window of their own: one that
-- finds no room in it is passed by those that need none, but by no other retry.
local COMING, SEEN = 2000, 500
local now, most = clock(ARGV[1]), tonumber(ARGV[3])
local soon, state, room, left, called = now + tonumber(ARGV[2]), hash(KEYS[1]), most, {}, {}

local function at_most(count) room = math.max(0, math.min(room, count)) end

local function held(key) return redis.call('ZCOUNT', KEYS[key], '(' .. string.format('%.0f', now), '+inf') end

if held_back(state, soon) then at_most(0) end
if in_half_open(state, soon) then at_most(policy.probes - held(PROBES)) end
if policy.max > 0 then at_most(policy.max - held(LEASES)) end
if policy.spacing > 0 then at_most(1 + math.floor((soon - math.max(now, number(state.sp) + policy.spacing)) / policy.spacing)) end
for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices, limit = unpack(window)
  left[i] = limit - used_at(state[unit], state[unit .. '_from'], KEYS[WINDOWS + i], slice_ms, slices, soon)
end

-- The window that has no room for a call of these costs.
local function full(costs)
  for i, window in ipairs(policy.windows) do
    if (costs[i] or 0) > 0 and costs[i] > left[i] then return window[1], i end
  end
end

local function take(costs)
  room = room - 1
  for i in ipairs(policy.windows) do left[i] = left[i] - (costs[i] or 0) end
end

local function costs_of(waiter)
  local _, costs = asked(redis.call('HGET', KEYS[ASKS], waiter))
  return costs
end

for _, range in ipairs({{now - LATE, AWAY}, {CALLED + now - COMING, '+inf'}}) do
  for _, waiter in ipairs(redis.call('ZRANGEBYSCORE', KEYS[DUE], unpack(range))) do take(costs_of(waiter)) end
end
for _, waiter in ipairs(redis.call('ZRANGE', KEYS[LINE], 0, SEEN - 1)) do
  if room <= 0 then break end
  local due = number(redis.call('ZSCORE', KEYS[DUE], waiter))
  if due < now - LATE or due >= AWAY and due < CALLED + now - COMING then
    local costs = costs_of(waiter)
    local unit, i = full(costs)
    if not unit then
      redis.call('ZADD', KEYS[DUE], CALLED + now, waiter)
      called[#called + 1] = waiter
      take(costs)
    elseif unit == 'retries' then
      left[i] = 0
    else
      at_most(0)
    end
  end
end
for i, window in ipairs(policy.windows) do
  if window[1] ~= 'retries' then at_most(left[i]) end
end
return string.format('[%s,%d]', #called > 0 and cjson.encode(called) or '[]', room)
