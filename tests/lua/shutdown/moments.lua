-- A program in which tasks, threads, children and pools are under way is ended at a random moment, in every way: it ends, soon, with the
-- status it should have. PLAIT_STRESS=1: 1,000 moments.
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local count = os.getenv("PLAIT_STRESS") and 1000 or is_slow and 14 or 30
local first = tonumber(os.getenv("PLAIT_SEED") or 1)
local LIMIT = 6 -- the grace of 5 s, and 1 s

local ways = {
    { "end", 0 }, { "error", 1 }, { "exit", 7 }, { "close", 7 }, { "thread", 7 }, { "INT", nil, 2 }, { "TERM", nil, 15 },
}
local program = package.searchpath("alive", package.path)
math.randomseed(first)
local wrong = 0
for i = first, first + count - 1 do
    local way = ways[i % #ways + 1]
    local seconds = math.random() * 0.08
    local out <close> = io.tmpfile()
    local p = spawn_process{ arg[-1], program, way[1], tostring(seconds), tostring(i), stdout = out, stderr = out }
    local began = plait.now()
    if way[3] then
        sleep(0.02 + seconds)
        p:kill(way[1])
        began = plait.now()
    end
    local ok, code = pcall(await, p, LIMIT + seconds + (is_slow and 10 or 2)) -- it takes time to start, too
    local took = plait.now() - began
    if not p:done() then
        p:kill("QUIT")
        sleep(0.5)
        p:kill()
        pcall(await, p)
    end
    local as_it_should = way[3] and p.signal == way[3] or ok and code == way[2]
    if not as_it_should then
        wrong = wrong + 1
        out:seek("set")
        print(("%s with seed %d after %.3f s: %s %s, took %.1f s\n%s"):format(way[1], i, seconds, code, p.signal, took, out:read("a")))
    end
end
print(wrong) --> 0
