-- A scope that was left starts nothing; cancelling it has no effect.
local left
do
    local s <close> = plait.scope()
    left = s
end
for _, verb in ipairs{ "async", "spawn_thread", "spawn_process", "to_thread" } do
    local ok, err = pcall(left[verb], left, print)
    print(plait.kind(err), err)
end
--> usage	used_after_it_was_left.lua:8: async: the scope was left: nothing can be started in it
--> usage	used_after_it_was_left.lua:8: spawn_thread: the scope was left: nothing can be started in it
--> usage	used_after_it_was_left.lua:8: spawn_process: the scope was left: nothing can be started in it
--> usage	used_after_it_was_left.lua:8: to_thread: the scope was left: nothing can be started in it
print(left:cancel() == left) --> true
print(select("#", left:close())) --> 0
