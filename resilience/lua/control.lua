-- control: an operator's hand on the breaker.
-- KEYS as in common.lua
-- ARGV 1 now or '', 2 command reset|force_open|force_closed|auto, 3 reason
-- -> JSON transition [from, to, generation, at, open until, why] or null when nothing changed
-- The states of a forced breaker are O and C here; reset also ends a cooldown.
local now, command = clock(ARGV[1]), ARGV[2]
local state = hash(KEYS[1])
local shown = {o = 'O', c = 'C'}
local from = shown[state.md] or state.st or 'c'
local mode = command == 'force_open' and 'o' or command == 'force_closed' and 'c' or 'a'

redis.call('HSET', KEYS[1], 'md', mode)
if command == 'reset' then
  state.ou = 0
  redis.call('HDEL', KEYS[1], 'ou', 'cd', 'tr', 'closed')
end
local to = shown[mode] or (command == 'reset' and 'c' or state.st or 'c')
if from == to then return 'null' end
local transition = move(KEYS, state, command == 'reset' and 'c' or state.st or 'c', ARGV[3], '', now)
transition[1], transition[2] = from, to
return cjson.encode(transition)
