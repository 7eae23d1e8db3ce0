-- Three verbs of one shape: the same results and the same error from each.
local function work(a, ...)
    if a == "fail" then error({ code = select("#", ...) }) end
    return a, nil, ..., nil
end
for _, start in ipairs{ async, spawn_thread, spawn_process, to_thread } do
    local good, bad = start(work, 1, 2), start(work, "fail", nil, nil)
    print(select("#", await(good)), await(good))
    local ok, err = pcall(await, bad)
    print(ok, err.code)
end
--> 4	1	nil	2	nil
--> false	2
--> 4	1	nil	2	nil
--> false	2
--> 4	1	nil	2	nil
--> false	2
--> 4	1	nil	2	nil
--> false	2
