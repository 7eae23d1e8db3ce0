-- An error that cannot travel is still an error at await, and tells what it was about.
for _, start in ipairs{spawn_thread, spawn_process} do
    local handle = start(function() error{code = 1, co = coroutine.create(print)} end)
    local ok, err = pcall(await, handle)
    print(ok, tostring(err):find("coroutine", 1, true) ~= nil, handle:status(), handle:traceback():match("^stack traceback:"))
end
--> false	true	failed	stack traceback:
--> false	true	failed	stack traceback:
