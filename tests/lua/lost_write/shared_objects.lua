-- Writes to shared objects are not lost, nor are those to a table that only reads are made of.
local value, channel, config = plait.Value(0), plait.Channel(1), {list = {1, 2, 3}}
local names = {"a", "b"}
await(spawn_thread(function()
    value.value = value.value + 1
    value:add(#names)
    local copy = {table.unpack(config.list)}
    copy[1] = "mine"
    local moved = table.move(config.list, 1, 3, 1, {})
    moved[4] = 4
    channel:send(table.concat(moved, " ") .. copy[1] .. table.concat(names))
end))
print(value.value, channel:recv()) --> 3	1 2 3 4mineab
