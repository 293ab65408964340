-- status: everything an operator wants to see of one provider, in one answer. Changes nothing.
-- KEYS as in common.lua
-- ARGV 1 policy JSON, 2 now or ''
-- -> JSON {state, now, in flight, probes, waiting, {ok, slow, failed}, {{used, reset in ms}..}}
local policy = cjson.decode(ARGV[1])
local state = hash(KEYS[1])
local now = clock(ARGV[2], number(state.last))
local calls = {o = 0, s = 0, f = 0}
local first = math.floor(now / policy.stat_slice) - policy.stat_slices
for field, count in pairs(hash(KEYS[STATS])) do
  if tonumber(string.sub(field, 1, -2)) > first then
    local kind = string.sub(field, -1)
    calls[kind] = calls[kind] + tonumber(count)
  end
end
local windows = {}
for i, window in ipairs(policy.windows) do
  local unit, slice_ms, slices, limit = unpack(window)
  local total, live = 0, {}
  for slice, units in pairs(hash(KEYS[WINDOWS + i])) do
    if tonumber(slice) >= math.floor(now / slice_ms) - slices then
      total = total + units
      live[#live + 1] = {tonumber(slice), tonumber(units)}
    end
  end
  local reset = total > 0 and wait_for(total, live, slice_ms, slices, math.max(limit, total), now) or 0
  windows[i] = {total, reset}
end
local function count(key) return redis.call('ZCOUNT', KEYS[key], '(' .. string.format('%.0f', now), '+inf') end
if #windows == 0 then windows = cjson.decode('[]') end
if not next(state) then state = {st = 'c'} end
return cjson.encode({state, now, count(LEASES), count(PROBES), redis.call('ZCARD', KEYS[LINE]),
                     {calls.o, calls.s, calls.f}, windows})
