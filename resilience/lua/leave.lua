-- leave: give up places in the line.
-- KEYS as in common.lua
-- ARGV 1 now or '', 2.. waiters
for i = 2, #ARGV do leave(KEYS, ARGV[i]) end
return #ARGV - 1
