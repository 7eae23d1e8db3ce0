-- An array goes wherever values go, and is itself when it comes home.
local a = plait.Array("i32", {1, 2, 3})
local ch, back = plait.Channel(4), plait.Channel(4)
ch:send(a)
print(ch:recv() == a) --> true
ch:send({list = {a}, key = {[a] = "here"}})
local t = ch:recv()
print(t.list[1] == a, t.key[a]) --> true	here

for _, start in ipairs{async, spawn_thread, spawn_process} do
    -- An argument, a captured variable, a result, an error, through channels both ways.
    local h = start(function(arg, list)
        assert(arg == a and list[1] == a)
        arg:add(1, 1)
        ch:send(a)
        ch:send({deep = {a}})
        assert(back:recv() == a)
        return a, {a}
    end, a, {a})
    local x, y = ch:recv(), ch:recv().deep[1]
    back:send(a)
    local r, s = await(h)
    print(x == a, y == a, r == a, s[1] == a, a[1])
    local _, err = pcall(await, start(function() error({array = a}) end))
    print(err.array == a)
end
--> true	true	true	true	2
--> true
--> true	true	true	true	3
--> true
--> true	true	true	true	4
--> true

-- As the outcome of a future that another process resolves.
local f = plait.Future()
await(spawn_process(function() f:resolve(a) end))
print(await(f) == a) --> true
