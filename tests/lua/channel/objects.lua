-- A shared object sent through a channel is the same object on the other side.
local ch = plait.Channel(3)
local value = plait.Value(1)
ch:send(value)
ch:send(ch)
ch:send({ value, lock = plait.Lock() })
print(ch:recv() == value, ch:recv() == ch) --> true	true
local t = ch:recv()
print(t[1] == value, t.lock:locked()) --> true	false

local function answer(to, v)
    v:add(1)
    to:send(v)
end
for _, spawn in ipairs { async, spawn_thread, spawn_process } do
    await(spawn(answer, ch, value))
    print(ch:recv() == value, value.value)
end
--> true	2
--> true	3
--> true	4
