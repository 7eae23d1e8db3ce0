-- A Thread runs from start() on, once; join() waits for it, at most `timeout` seconds.
local threading = require "plait.threading"

local go = plait.Channel(1)
local done = plait.Value(false)

local function body(a, b)
    go:recv()
    done.value = a + b == 3
end

local t = threading.Thread{target = body, args = {1, 2}, name = "adder"}
print(tostring(t)) --> <Thread(adder, initial)>
print(t:is_alive()) --> false
print(t.ident) --> nil
print(t:start()) -->
print(t:is_alive()) --> true
print((t:join(0.02))) --> nil
print(select(2, t:join(0))) --> timeout
go:send(true)
print(t:join()) --> true
print(t:is_alive()) --> false
print(done.value) --> true
print(tostring(t)) --> <Thread(adder, stopped)>
print(select(2, pcall(t.start, t)):match("threads can only be started once")) --> threads can only be started once
print(t:join(-1)) --> true
