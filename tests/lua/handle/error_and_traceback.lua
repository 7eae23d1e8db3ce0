-- h:error() and h:traceback() of what failed; nil of what did not.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local ready, gate = plait.Channel(), plait.Channel()
    local function fail_deep() gate:recv() error({ code = 7 }) end
    local h = start(function() ready:send(true) fail_deep() end)
    ready:recv()
    print(h:error(), h:traceback())
    gate:send(true)
    pcall(await, h)
    print(h:error().code, h:traceback():match("^stack traceback:"), h:traceback():match("fail_deep"))
    local good = start(function() end)
    await(good)
    print(good:error(), good:traceback())
end
--> nil	nil
--> 7	stack traceback:	fail_deep
--> nil	nil
--> nil	nil
--> 7	stack traceback:	fail_deep
--> nil	nil
--> nil	nil
--> 7	stack traceback:	fail_deep
--> nil	nil
