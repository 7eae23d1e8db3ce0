-- As tools do that note which lines have run: a hook in the main script, in every coroutine that is made, and in every task.
local internal = require "plait.internal"
local hits = {}
local function on_line(_, line)
    local file = debug.getinfo(2, "S").source
    if file == "@coverage.lua" then hits[line] = (hits[line] or 0) + 1 end
end
local create = coroutine.create
function coroutine.create(f)
    local co = create(f)
    debug.sethook(co, on_line, "l")
    return co
end
function coroutine.wrap(f)
    local co = coroutine.create(f)
    return function(...) return select(2, assert(coroutine.resume(co, ...))) end
end
local function covered(f, ...)
    debug.sethook(on_line, "l")
    return f(...)
end
local function generate(n)
    for i = 1, n do
        plait.yield()
        coroutine.yield(i)
    end
    return nil
end
local function work()
    local sum = 0
    for i in coroutine.wrap(function() return generate(10) end) do
        sum = sum + i
    end
    return sum
end
local function run(slice)
    hits = {}
    internal.slice(slice)
    debug.sethook(on_line, "l")
    local sums = gather(async(covered, work), async(covered, work), work)
    debug.sethook()
    internal.slice(0)
    print(sums[1], sums[2], sums[3], hits[24], hits[25], hits[27], hits[32], hits[34], hits[36])
end
run(0) --> 55	55	55	30	30	3	20	2	nil
run(1) --> 55	55	55	30	30	3	20	2	nil
run(7) --> 55	55	55	30	30	3	20	2	nil
