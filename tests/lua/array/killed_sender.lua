-- A process that is killed while it sends arrays leaves each of them whole, or gone: then using it raises kind "died".
local whole, gone = 0, 0
local function look(a)
    local ok, v = pcall(function() return a[3] end)
    if ok then
        assert(v == 3 and #a == 3)
        whole = whole + 1
    else
        assert(plait.kind(v) == "died", v)
        gone = gone + 1
    end
end
for round = 1, 15 do
    local ch = plait.Channel(8)
    local h = spawn_process(function()
        while true do ch:send(plait.Array("u8", {1, 2, 3})) end
    end)
    for _ = 1, 20 + round do look(ch:recv()) end
    h:kill()
    assert(plait.kind(select(2, pcall(await, h))) == "died")
    for a in ch.try_recv, ch do look(a) end
end
print(whole >= 15 * 20, gone < 100) --> true	true
