-- take: may this request be served? All or nothing over several windows of their own keys.
-- KEYS one window each
-- ARGV 1 now or '', then for each window: slice ms, slices, limit, cost
-- -> JSON {wait ms or 0 when taken, {{remaining, reset in ms}..}}
local now = clock(ARGV[1])
local wait, states = 0, {}
for i, key in ipairs(KEYS) do
  local slice_ms, slices, limit, cost = unpack(ARGV, 4 * i - 2, 4 * i + 1)
  slice_ms, slices, limit, cost = tonumber(slice_ms), tonumber(slices), tonumber(limit), tonumber(cost)
  local total, live = used(key, slice_ms, slices, now)
  if total + cost > limit then
    wait = math.max(wait, wait_for(total + cost - limit, live, slice_ms, slices, limit, now))
  end
  local reset = total > 0 and wait_for(total, live, slice_ms, slices, math.max(limit, total), now) or 0
  states[i] = {math.max(0, limit - total), reset}
end
if wait == 0 then
  for i, key in ipairs(KEYS) do
    local slice_ms, slices, limit, cost = unpack(ARGV, 4 * i - 2, 4 * i + 1)
    charge(key, tonumber(slice_ms), tonumber(slices), cost, now)
    states[i][1] = states[i][1] - cost
    if states[i][2] == 0 then states[i][2] = slices * slice_ms + slice_ms end
  end
end
return cjson.encode({wait, states})
