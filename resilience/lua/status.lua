-- status: everything an operator wants to see of one provider, in one answer.
-- KEYS as in common.lua
-- ARGV 1 limits JSON, 2 now or '', 3 breaker policy JSON
-- -> JSON {state, now, in flight, probes, waiting, {ok, slow, failed}, {{used, reset in ms}..}}
local policy, breaker = cjson.decode(ARGV[1]), cjson.decode(ARGV[3])
local state = hash(KEYS[1])
local now = clock(ARGV[2])
local calls = recent_calls(KEYS[STATS], math.floor(now / breaker.stat_slice))
local windows = {}
for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices, limit = unpack(window)
  local total, live = used(KEYS[WINDOWS + i], slice_ms, slices, now)
  local reset = total > 0 and wait_for(total, live, slice_ms, slices, math.max(limit, total), now) or 0
  windows[i] = {total, reset}
end
local function count(key) return redis.call('ZCOUNT', KEYS[key], '(' .. string.format('%.0f', now), '+inf') end
if #windows == 0 then windows = cjson.decode('[]') end
if not next(state) then state = {st = 'c'} end
return cjson.encode({state, now, count(LEASES), count(PROBES), redis.call('ZCARD', KEYS[LINE]),
                     {calls.o, calls.s, calls.f}, windows})
