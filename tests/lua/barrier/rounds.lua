-- All go on when the last has come, each with its place; then the next round begins.
local barrier = plait.Barrier(3)
local log = {}
local function work(name)
    for round = 1, 2 do
        log[#log + 1] = name .. round
        local place = barrier:wait()
        log[#log + 1] = name .. ":" .. place
    end
end
gather(async(work, "a"), async(work, "b"), async(work, "c"))
print(table.concat(log, " ", 1, 3)) --> a1 b1 c1
print(#log, barrier:waiting(), barrier.parties, barrier:broken()) --> 12	0	3	false

for _, start in ipairs{async, spawn_thread, spawn_process} do
    local function places()
        local seen = {}
        for round = 1, 20 do seen[round] = barrier:wait() end
        return seen
    end
    local lists = gather(start(places), start(places), start(places))
    local sum, all = 0, true
    for round = 1, 20 do
        local a, b, c = lists[1][round], lists[2][round], lists[3][round]
        all = all and a + b + c == 6 and a * b * c == 6
    end
    print(all)
end
--> true
--> true
--> true
