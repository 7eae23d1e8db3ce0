-- Results that cannot travel are an error of kind "send" at await, which says which one.
for _, start in ipairs{spawn_thread, spawn_process, to_thread} do
    local handle = start(function() return 1, {co = coroutine.create(print)} end)
    local ok, err = pcall(await, handle)
    print(ok, plait.kind(err), tostring(err):find("result 2.co is a coroutine", 1, true) ~= nil, handle:status())
end
--> false	send	true	failed
--> false	send	true	failed
--> false	send	true	failed
