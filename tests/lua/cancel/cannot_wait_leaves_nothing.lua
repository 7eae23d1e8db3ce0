-- A wait that is refused has registered nothing: no message taken, no lock held.
local ch, lock, gate = plait.Channel(1), plait.Lock(), plait.Future()
local function in_gsub(f)
    return await(async(function()
        local ok, err = pcall(string.gsub, "x", "x", function() f() end)
        plait.yield()
        return ok, plait.kind(err)
    end))
end
lock:acquire()
print(in_gsub(function() lock:acquire() end)) --> false	usage
lock:release()
print(lock:locked()) --> false
print(in_gsub(function() ch:recv() end)) --> false	usage
ch:send("message")
print(#ch, ch:recv()) --> 1	message
print(in_gsub(function() await(gate, 0.01) end)) --> false	usage
gate:resolve("fine")
print(await(gate)) --> fine
