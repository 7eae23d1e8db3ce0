-- on_done calls f with the handle when the strand has ended, however it ends.
local calls = plait.Channel(math.huge)
local function note(h) calls:send(h:status()) end
local ready = plait.Channel()
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    print(start(function() end):on_done(note).kind, calls:recv())
    local failed = start(function() error("x") end):on_done(note)
    print(calls:recv(), failed:error() ~= nil)
    start(function() ready:send(true) sleep(60) end):on_done(note):cancel(ready:recv())
    print(calls:recv(), #calls)
end
--> task	done
--> failed	true
--> cancelled	0
--> thread	done
--> failed	true
--> cancelled	0
--> process	done
--> failed	true
--> cancelled	0
