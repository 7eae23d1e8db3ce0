-- Messages are copies; plait's objects travel by reference; nil cannot be sent.
local ch = plait.Channel(math.huge)
local t = {1, {2}, name = "t"}
t.self = t
ch:send(t)
t[1] = "changed"
local copy = ch:recv()
print(copy[1], copy[2][1], copy.name, copy.self == copy, copy ~= t) --> 1	2	t	true	true
ch:send(ch)
print(ch:recv() == ch) --> true
ch:send(function(x) return x * 2 end)
print(ch:recv()(21)) --> 42
for _, v in ipairs{"", "a\0b", ("x"):rep(16), ("x"):rep(17), ("y"):rep(100000), 2^53, math.mininteger, true, false, -0.0} do
    ch:send(v)
    local got = ch:recv()
    assert(rawequal(got, v) and math.type(got) == math.type(v))
end
print(select(2, pcall(function() ch:send(nil) end))) --> messages.lua:18: nil cannot be sent: recv gives it when a channel is closed
local ok, err = pcall(function() ch:send({handle = io.tmpfile()}) end)
print(plait.kind(err), err.message:match("value.*")) --> send	value.handle is a userdata (FILE*)
print(#ch) --> 0
