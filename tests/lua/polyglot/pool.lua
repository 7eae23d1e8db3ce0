-- A pool of programs: answers in order, errors by their text; who dies is replaced, and its item alone fails.
require("plait.internal").set_haste(20)
if plait.exec{ "sh", "-c", "command -v python3" }.code ~= 0 then os.exit(77) end
local folder = os.getenv("SOURCE_DIR") .. "/scripts/polyglot/"
do
    local pool <close> = plait.Pool{ processes = 3, command = { "python3", folder .. "pool_worker.py" } }
    print(plait.repr(pool:map{ "to", "be", "or not" }), await(pool:submit("h\u{e9}"))) --> [2, 2, 6]	2
    print(plait.repr(pool:map{}), pcall(pool.map, pool, { "a", "", "b" })) --> {}	false	ValueError: there is no word
    local lengths = {}
    for n in pool:imap(("a bb ccc dddd"):gmatch("%a+")) do lengths[#lengths + 1] = n end
    for n in pool:imap({ "x", "yy" }, { ordered = false, ahead = 1 }) do lengths[#lengths + 1] = n end
    print(plait.repr(lengths)) --> [1, 2, 3, 4, 1, 2]
    local words = plait.Channel(2)
    async(function()
        for i = 1, 5 do words:send(("x"):rep(i)) end
        words:close()
    end)
    for n in pool:imap(words) do
        if n == 4 then break end
    end
    local list = {}
    for i = 1, 3000 do list[i] = ("x"):rep(i % 50 + 1) end
    for i, n in ipairs(pool:map(list)) do assert(n == #list[i]) end
    local done
    pool:map({ "a", "b" }, { progress = function(n, total) done = n .. " of " .. total end })
    print(done, select(2, pcall(pool.submit, pool, print)).message:match("value.*")) --> 2 of 2	value is a function, which MessagePack cannot express
end
local script = [[
import os, sys, time
sys.path.insert(0, sys.argv[1])
import plait_channel
def f(x):
    if x == "die": os.kill(os.getpid(), 9)
    if x == "exit": os._exit(3)
    if x == "sleep": time.sleep(60)
    return {"pid": os.getpid(), "x": x}
plait_channel.serve(f)
]]
local function new_pool(format, recycle)
    return plait.Pool{ processes = 2, command = { "python3", "-c", script, folder }, format = format, recycle = recycle }
end
local function text(ok, err) return ok, plait.kind(err), (tostring(err):gsub("pid %d+", "pid N")) end
do
    local pool <close> = new_pool("json")
    local handles = {}
    for i, item in ipairs{ 1, "die", 3, "exit", 5 } do handles[i] = pool:submit(item) end
    print(await(handles[1]).x, await(handles[3]).x, await(handles[5]).x) --> 1	3	5
    print(text(pcall(await, handles[2]))) --> false	died	process 'python3' (pid N) was killed by signal 9 (Killed)
    print(text(pcall(await, handles[4]))) --> false	died	program 'python3' (pid N) exited with status 3 before it answered
    -- One that is cancelled is ended where it is; the others go on.
    local h = pool:submit("sleep")
    sleep(0.05)
    h:cancel()
    print(pcall(await, h)) --> false	cancelled
    print(#pool:map{ 1, 2, 3, 4, 5 }, pool:map({ "sleep" }, { timeout = 0.1 })) --> 5	nil	timeout
    -- It dies while it has nothing to do.
    local pid = pool:map{ 1 }[1].pid
    plait.exec{ "kill", "-9", tostring(pid) }
    while plait.fs.stat("/proc/" .. pid) do plait.yield() end
    for _, answer in ipairs(pool:map{ 1, 2, 3, 4 }) do assert(answer.pid ~= pid) end
    local last = pool:submit("sleep")
    plait.yield()
    print((pcall(pool.join, pool))) --> false
    pool:cancel()
    print(plait.kind(select(2, pcall(await, last))), pool:join(10)) --> cancelled	true
    print(plait.kind(select(2, pcall(pool.map, pool, { 1 })))) --> closed
end
do
    local pool <close> = new_pool("msgpack", 3)
    local pids, count = {}, 0
    for i, answer in ipairs(pool:map{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }) do
        assert(answer.x == i)
        pids[answer.pid] = (pids[answer.pid] or 0) + 1
        assert(pids[answer.pid] <= 3)
    end
    for _ in pairs(pids) do count = count + 1 end
    print(count >= 4) --> true
end
print(#plait.processes()) --> 0
