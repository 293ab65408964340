-- renew: keep the place of a call that takes long. A lease that has ended is not brought back.
-- KEYS as in common.lua
-- ARGV 1 limits JSON, 2 now or '', 3.. permits
-- -> how many are held
local policy = cjson.decode(ARGV[1])
local now = clock(ARGV[2])
local held = 0
for i = 3, #ARGV do
  if number(redis.call('ZSCORE', KEYS[LEASES], ARGV[i])) > now then
    redis.call('ZADD', KEYS[LEASES], 'GT', now + policy.lease, ARGV[i])
    redis.call('ZADD', KEYS[PROBES], 'XX', 'GT', now + policy.lease, ARGV[i])
    held = held + 1
  end
end
return held
