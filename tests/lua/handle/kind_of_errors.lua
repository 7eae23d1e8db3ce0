-- plait.kind gives the kind of plait's errors, nil for all others.
local function kind(f, ...)
    local ok, err = pcall(f, ...)
    return not ok and plait.kind(err), not ok and type(err.message), tostring(err) == err.message
end
print(kind(gather, 5)) --> usage	string	true
local ch = plait.Channel(1)
ch:close()
print(kind(ch.send, ch, 1)) --> closed	string	true
print(kind(spawn_thread, function(x) end, coroutine.create(print))) --> send	string	true
local h = async(sleep, 60)
plait.yield()
h:cancel()
print(kind(await, h)) --> cancelled	string	true
print(plait.kind("a string"), plait.kind(nil), plait.kind(5)) --> nil	nil	nil
print(plait.kind({ kind = "closed", message = "not plait's" }), plait.kind({})) --> nil	nil
