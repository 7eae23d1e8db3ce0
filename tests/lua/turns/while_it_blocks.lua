-- A strand that blocks its thread in a C function is told of while it does, with the function's name and what lets others run.
-- Each script gets its line of input only when that was told.
-- ThreadSanitizer keeps a signal to itself until a system call has come back.
if os.getenv("PLAIT_PRESET") == "tsan" then
    print("told")
    return
end
local folder <close> = plait.fs.temp_folder()
local fifo = folder.path .. "/fifo"
assert(os.execute("mkfifo " .. fifo))
local cases = {
    { "io.read()", "io.read", "plait.stdin:read() lets them run" },
    { "pcall(io.read)", "io.read", "plait.stdin:read() lets them run" },
    { "io.stdin:read(1)", "file:read", "plait.stdin:read(), that of plait.fs.open(path)" },
    { "for _ in io.lines() do break end", "the iterator of lines", "plait.stdin:lines()" },
    { "for _ in io.stdin:lines() do break end", "the iterator of lines", "plait.stdin:lines()" },
    { "os.execute('read x')", "os.execute", "plait.exec{...} lets them run" },
    { "io.popen('read x; echo x'):read()", "file:read", "plait.exec{...} for a program" },
    { "io.popen('read x'):close()", "file:close", "spawn_process{...} with pipes, lets them run" },
    { "local read <const> = io.read; io.read = nil; read()", "io.read", "plait.stdin:read() lets them run" },
    { "debug.debug()", "the C function 'debug'", "await(to_thread(f, ...)) lets them run" },
    { "coroutine.wrap(function() io.read() end)()", "io.read", "plait.stdin:read() lets them run" },
}
local frame = [[
-- Line 4 blocks.
async(function() sleep(0.01) end)
sleep(0)
%s
]]
local function check(code, who, what, hint, answer)
    plait.fs.write("script.lua", code)
    local p = spawn_process{ arg[-1], "--stall", "0.1", "script.lua", stdin = "pipe", stderr = "pipe", stdout = "pipe" }
    local told, told_hint = p.stderr:read("l", "l", { timeout = 60 })
    answer(p)
    p.stdin:close()
    p.stdout:close()
    pcall(await, p)
    local rest = p.stderr:read("a")
    local wanted = (": %s blocks its thread in %s (script.lua:4) while 1 other strand is ready"):format(who, what)
    if not told or told:sub(-#wanted) ~= wanted then print(code, told, wanted) end
    if not told_hint or not told_hint:find(hint, 1, true) then print(code, told_hint, hint) end
    if rest ~= "" then print(code, rest) end
end
for _, case in ipairs(cases) do
    check(frame:format(case[1]), "the main script", case[2], case[3], function(p) p.stdin:write("cont\n") end)
end
check(frame:format("async(function() io.open('" .. fifo .. "') end)"), "task 2", "io.open", "plait.fs.open(path)", function()
    io.open(fifo, "w"):close()
end)
-- Whoever has a full pipe is told of, too.
check(frame:format("io.write(('x'):rep(1 << 20))"), "the main script", "io.write", "whoever reads the output is slow", function(p)
    p.stdout:read("a")
end)
print("told") --> told
