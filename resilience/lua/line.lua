-- line: who stands in it, in order, and how long each has to wait yet.
-- KEYS as in common.lua
-- ARGV 1 now or '', 2 how many at most
-- -> JSON [what holds everybody back or "", [[waiter, ms]..]]
local now, most = clock(ARGV[1]), tonumber(ARGV[2])
local waiters = redis.call('ZRANGE', KEYS[LINE], 0, most - 1)
if #waiters == 0 then return '["",[]]' end
local state, sums, slices_of, line = hash(KEYS[1]), {}, {}, {}
local why, held = held_back(state, now)
if in_half_open(state, now) then why = why or 'probing' end
for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices = unpack(window)
  slices_of[i] = in_order(KEYS[WINDOWS + i])
  sums[i] = used_at(state[unit], state[unit .. '_from'], KEYS[WINDOWS + i], slice_ms, slices, now)
end
for rank, ask in ipairs(redis.call('HMGET', KEYS[ASKS], unpack(waiters))) do
  local waiter, wait = waiters[rank], held + (rank - 1) * pace(state)
  local _, costs = asked(ask)
  for i, window in ipairs(policy.windows) do
    local _, slice_ms, slices, limit = unpack(window)
    sums[i] = sums[i] + (costs[i] or 0)
    if (costs[i] or 0) > 0 and sums[i] > limit then
      wait = math.max(wait, wait_for(sums[i] - limit, slices_of[i], slice_ms, slices, limit, now))
    end
  end
  wait = math.ceil(math.min(wait, policy.max_wait))
  line[rank] = {waiter, wait}
  local due = number(redis.call('ZSCORE', KEYS[DUE], waiter))
  if due >= AWAY and due < CALLED then redis.call('ZADD', KEYS[DUE], AWAY + now + wait, waiter) end
end
return cjson.encode({why or '', line})
