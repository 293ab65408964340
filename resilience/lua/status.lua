-- status: everything an operator wants to see of one provider, in one answer.
-- KEYS as in common.lua
-- ARGV 1 now or ''
-- -> JSON [state, now, in flight, probes, waiting, since when the oldest waits, [ok, slow, failed], [[used, reset in ms]..]]
local state = hash(KEYS[1])
local now = clock(ARGV[1])
local calls = recent_calls(KEYS[STATS], math.floor(now / policy.stat_slice))
local windows = {}
for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices, limit = unpack(window)
  local key, reset = KEYS[WINDOWS + i], 0
  local total, from = used(state[unit], state[unit .. '_from'], key, slice_ms, slices, now)
  if from then redis.call('HSET', KEYS[1], unit, total, unit .. '_from', from) end
  if total > 0 then reset = wait_for(total, in_order(key), slice_ms, slices, math.max(limit, total), now) end
  windows[i] = {total, reset}
end
local function count(key) return redis.call('ZCOUNT', KEYS[key], '(' .. string.format('%.0f', now), '+inf') end
local function oldest()
  local least = 0
  for _, ask in ipairs(redis.call('HVALS', KEYS[ASKS])) do
    local since = asked(ask)
    if least == 0 or since < least then least = since end
  end
  return least
end
if #windows == 0 then windows = cjson.decode('[]') end
if not next(state) then state = {st = 'c'} end
return cjson.encode({state, now, count(LEASES), count(PROBES), redis.call('ZCARD', KEYS[LINE]), oldest(),
                     {calls.o, calls.s, calls.f}, windows})
