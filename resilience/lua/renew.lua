-- renew: keep the place of a call that takes long. A lease that has ended is not brought back.
-- KEYS as in common.lua
-- ARGV 1 now or '', 2.. permits
-- -> how many are held
local now = clock(ARGV[1])
local held = 0
for i = 2, #ARGV do
  if number(redis.call('ZSCORE', KEYS[LEASES], ARGV[i])) > now then
    redis.call('ZADD', KEYS[LEASES], 'GT', now + policy.lease, ARGV[i])
    redis.call('ZADD', KEYS[PROBES], 'XX', 'GT', now + policy.lease, ARGV[i])
    held = held + 1
  end
end
return held
