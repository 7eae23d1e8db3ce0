-- s:cancel(reason) cancels all strands of the scope, each with that reason; leaving the block is no error.
local handles
do
    local s <close> = plait.scope()
    handles = { s:async(sleep, 3600), s:spawn_thread(sleep, 3600), s:spawn_process(sleep, 3600) }
    print(s:cancel("enough") == s, s:cancel("again") == s) --> true	true
end
for _, h in ipairs(handles) do print(pcall(await, h)) end
--> false	cancelled: enough
--> false	cancelled: enough
--> false	cancelled: enough
for _, h in ipairs(handles) do print(h:status()) end
--> cancelled
--> cancelled
--> cancelled
