-- A thread's function runs on the main Lua thread of its state, and may wait anywhere.
print(await(spawn_thread(function()
    local _, is_main = coroutine.running()
    local list = {3, 1, 2}
    table.sort(list, function(a, b) sleep(0.001) return a < b end)
    local text = ("abc"):gsub(".", function(c) plait.yield() return c:upper() end)
    return is_main, coroutine.isyieldable(), table.concat(list), text
end))) --> true	false	123	ABC
