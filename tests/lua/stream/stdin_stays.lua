-- The standard input is left as it was, blocking, when a program that was to get it does not start; and it is still there.
local code = [[
local function flags()
    for line in io.lines("/proc/self/fdinfo/0") do
        local found = line:match("^flags:%s*(%d+)")
        if found then return found end
    end
end
local before = flags()
for _, options in ipairs{ { "/none/x", stdin = plait.stdin }, { "cat", stdin = plait.stdin, stdout = "/none/x" },
    { "cat", stdin = plait.stdin, stderr = 5 } } do
    print((pcall(spawn_process, options)), flags() == before)
end
print(plait.stdin:read("l"), flags() == before)
]]
local result = plait.exec{ arg[-1], "-e", code, stdin = "line\n" }
io.write(result.stdout, result.stderr)
--> false	true
--> false	true
--> false	true
--> line	true
