-- Nothing is read, and nothing runs, before the loop asks for the first result.
local pool <close> = plait.Pool(1)
local read = 0
local step = pool:imap(function(x) return x end, function() read = read + 1 return read <= 3 and read or nil end, { ahead = 2 })
plait.yield()
print(read) --> 0
print(step(), read) --> 1	2
print(step(), step(), step(), step()) --> 2	3	nil	nil
