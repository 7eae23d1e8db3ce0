-- A table whose metatable has __gc or __close is refused: it owns something.
for _, event in ipairs{"__gc", "__close"} do
    local owner = setmetatable({}, {[event] = function() end})
    for _, start in ipairs{spawn_thread, spawn_process} do
        local ok, err = pcall(start, print, {list = {owner}})
        print(ok, plait.kind(err), tostring(err):match("cannot send to %S+ args%[1%]%.list%[1%] is"), tostring(err):find(event, 1, true) ~= nil)
        print((pcall(start, function() return owner end)))
    end
end
--> false	send	cannot send to thread: args[1].list[1] is	true
--> false
--> false	send	cannot send to process: args[1].list[1] is	true
--> false
--> false	send	cannot send to thread: args[1].list[1] is	true
--> false
--> false	send	cannot send to process: args[1].list[1] is	true
--> false
