-- on_done of a future; f has to be a function.
local f = plait.Future()
local got = plait.Channel(1)
f:on_done(function(x) got:send(await(x)) end)
f:resolve("resolved")
print(got:recv()) --> resolved
local ok, err = pcall(f.on_done, f, 5)
print(ok, plait.kind(err)) --> false	usage
