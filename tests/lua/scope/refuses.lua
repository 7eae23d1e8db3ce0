-- What the verbs refuse is told as by those of plait; the scope goes on.
local function try(...) print((select(2, pcall(...)).message:gsub("\n.*", ""))) end
local s <close> = plait.scope()
try(s.async, s, 1)
--> refuses.lua:2: async: argument 1 is 1 (a number), not a function; write async(f, ...), not async(f(...))
try(s.spawn_thread, s, print, coroutine.create(print))
--> refuses.lua:2: cannot send to thread: args[1] is a coroutine
try(plait.scope, 1)
--> refuses.lua:2: scope: argument 1 is 1 (a number), not a function; write plait.scope(function(s) ... end)
try(s.close, 1)
--> refuses.lua:2: close: argument 1 is 1 (a number), not a scope; write s:close()
print(pcall(s.async, {}, print)) --> false	bad argument #1 to '?' (plait.scope expected, got table)
print(pcall(s.cancel)) --> false	bad argument #1 to '?' (plait.scope expected, got no value)
print(await(s:async(function() return "goes on" end))) --> goes on
