-- When nothing in the scope can run any more the strand that leaves it gets the report; the strands are cancelled and
-- waited for.
local ch = plait.Channel()
local ok, err = pcall(function()
    local s <close> = plait.scope()
    s:async{ function()
        local c <close> = setmetatable({}, { __close = function() sleep(0.001) print("cleaned up") end })
        ch:recv()
    end, name = "reader" }
    s:spawn_thread(ch.recv, ch)
end)
print(ok, plait.kind(err), err.message:match("the main script[^\n]*"))
--> cleaned up
--> false	deadlock	the main script waits (scope) at deadlock.lua:11 for task 1 'reader', thread 2
