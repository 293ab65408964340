-- take: may this request be served? All or nothing over several windows of their own keys.
-- KEYS one window each: HASH as in common.lua, with its own sum and from
-- ARGV 1 now or '', then for each window: slice ms, slices, limit, cost
-- -> JSON {wait ms or 0 when taken, {{remaining, reset in ms}..}}
local now = clock(ARGV[1])
local wait, states, sums, froms = 0, {}, {}, {}

local function window(i)
  local slice_ms, slices, limit, cost = unpack(ARGV, 4 * i - 2, 4 * i + 1)
  return tonumber(slice_ms), tonumber(slices), tonumber(limit), tonumber(cost)
end

for i, key in ipairs(KEYS) do
  local slice_ms, slices, limit, cost = window(i)
  local kept = redis.call('HMGET', key, 'sum', 'from')
  sums[i], froms[i] = used(kept[1], kept[2], key, slice_ms, slices, now)
  if sums[i] + cost > limit then
    wait = math.max(wait, wait_for(sums[i] + cost - limit, in_order(key), slice_ms, slices, limit, now))
  end
end
for i, key in ipairs(KEYS) do
  local slice_ms, slices, limit, cost = window(i)
  if wait == 0 then
    froms[i] = charge(froms[i], key, slice_ms, slices, cost, now)
    sums[i] = sums[i] + cost
  end
  if froms[i] then redis.call('HSET', key, 'sum', sums[i], 'from', froms[i]) end
  local reset = 0
  if wait == 0 and cost > 0 then
    reset = (math.floor(now / slice_ms) + slices + 1) * slice_ms - now
  elseif sums[i] > 0 then
    reset = wait_for(sums[i], in_order(key), slice_ms, slices, math.max(limit, sums[i]), now)
  end
  states[i] = {math.max(0, limit - sums[i]), reset}
end
return cjson.encode({wait, states})
