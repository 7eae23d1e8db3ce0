-- Grandchildren and siblings have the same memory, and send it on.
local a = plait.Array("i32", 4)
local deep = await(spawn_process(function()
    a:add(1, 1)
    local mine = plait.Array("i32", {5, 6})
    local same, theirs = await(spawn_process(function()
        a:add(1, 10)
        mine[1] = 50
        return a, mine, plait.Array("u8", {7})
    end))
    assert(same == a and theirs == mine and mine[1] == 50)
    return mine
end))
print(a[1], deep[1], deep[2]) --> 11	50	6

-- One child makes it, the other one uses it; they meet in a channel of their parent.
local ch, answers = plait.Channel(1), plait.Channel(1)
local maker = spawn_process(function()
    local made = plait.Array("f64", {1, 2, 3})
    ch:send(made)
    answers:recv()
    return made[2], made
end)
local user = spawn_process(function()
    local got = ch:recv()
    got[2] = 20
    answers:send(true)
    return got
end)
local value, made = await(maker)
print(value, made == await(user)) --> 20.0	true
