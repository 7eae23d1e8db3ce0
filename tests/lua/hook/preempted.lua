-- Strands with hooks take turns, and their hooks miss nothing.
plait.preempt(true)
local function work(rounds)
    local x = 0
    for i = 1, rounds do
        x = x + 1
    end
    return x
end
local function count_lines(rounds)
    local lines = 0
    debug.sethook(function() lines = lines + 1 end, "l")
    work(rounds)
    debug.sethook()
    return lines
end
local function count_calls(rounds)
    local events = { call = 0, ["return"] = 0 }
    debug.sethook(function(event) events[event] = events[event] + 1 end, "cr")
    for _ = 1, rounds do work(10) end
    debug.sethook()
    return events.call, events["return"]
end
local stop = false
local function wait_for_stop(mask, count)
    local called = false
    debug.sethook(function() called = true end, mask, count)
    while not stop do local t = {} end
    debug.sethook()
    return called
end
local waiting = {}
for i, hook in ipairs{ { "l" }, { "cr" }, { "", 3 }, { "", 5000 } } do waiting[i] = async(wait_for_stop, table.unpack(hook)) end
local counting = {
    async(count_lines, 300000), async(function() return coroutine.wrap(count_lines)(300000) end), async(count_calls, 100000),
}
print(await(counting[1])) --> 600005
print(await(counting[2])) --> 600005
print(await(counting[3])) --> 100001	100001
stop = true
for _, h in ipairs(waiting) do print(await(h)) end
--> true
--> true
--> true
--> true
plait.preempt(false)
