-- Values, locks and channels travel by reference, into threads and processes and back; proxies of one object are equal.
local value, lock, channel = plait.Value(1), plait.Lock(), plait.Channel(1)
for _, start in ipairs{spawn_thread, spawn_process} do
    local v, list = await(start(function(...)
        local a, b, c = ...
        assert(a == value and b == lock and c == channel and ({...})[1] == a)
        a:add(1)
        b:with(function() c:send({a, b, [c] = "key"}) end)
        return a, {b, c}
    end, value, lock, channel))
    local sent = channel:recv()
    print(v == value, list[1] == lock, list[2] == channel, sent[1] == value, sent[2] == lock, sent[channel], value.value)
end
--> true	true	true	true	true	key	2
--> true	true	true	true	true	key	3
