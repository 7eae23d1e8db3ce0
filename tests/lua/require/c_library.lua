--! needs: lpeg
-- A C library is loaded in many threads at once, and stays when they end.
local function work()
    local lpeg = require("lpeg")
    return lpeg.match(lpeg.C(lpeg.P("a") ^ 1), "aaab")
end
for _ = 1, 5 do
    local threads = {}
    for i = 1, 8 do threads[i] = spawn_thread(work) end
    for i = 1, 8 do assert(await(threads[i]) == "aaa") end
end
print(work()) --> aaa
print(await(async(work))) --> aaa
print(coroutine.wrap(work)()) --> aaa
