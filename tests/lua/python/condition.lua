-- threading.Condition: wait, wait_for, notify and notify_all, with a lock of its own or a given one, for strands of all kinds.
local threading = require "plait.threading"
local multiprocessing = require "plait.multiprocessing"
local asyncio = require "plait.asyncio"

local condition, items = threading.Condition(), plait.Table()
local taken = plait.Channel(9)
local function consume(its)
    its:with(function()
        its:wait_for(function() return #items > 0 end)
        taken:send(items[#items])
        items[#items] = nil
    end)
end
local strands = {
    threading.Thread{target = consume, args = {condition}},
    threading.Thread{target = function() consume(condition) end},
    multiprocessing.Process{target = consume, args = {condition}},
}
for _, strand in ipairs(strands) do strand:start() end
local task = async(consume, condition)
for i = 1, 4 do
    local _ <close> = condition:acquire()
    items[#items + 1] = i
    condition:notify()
end
for _, strand in ipairs(strands) do strand:join() end
await(task)
print(taken:recv() + taken:recv() + taken:recv() + taken:recv(), #items) --> 10	0

condition:acquire()
print(condition:wait(0.005), condition:locked()) --> false	true
print(condition:wait_for(function() return false end, 0.005), condition:wait_for(function() return "yes" end)) --> false	yes
print(await(spawn_process(function() return condition:acquire(false), condition:acquire(true, 0.005) end))) --> false	false
local sleepers, woken = {}, 0
for i = 1, 3 do
    sleepers[i] = async(function()
        condition:with(function() if condition:wait() then woken = woken + 1 end end)
    end)
end
condition:release()
plait.yield()
plait.yield()
condition:with(function() condition:notify(2) end)
await(sleepers[2])
print(woken, sleepers[3]:done()) --> 2	false
condition:with(condition.notify_all, condition)
gather(sleepers)
print(woken, condition:locked()) --> 3	false
print(plait.kind(select(2, pcall(condition.notify, condition)))) --> usage
print(plait.kind(select(2, pcall(condition.wait, condition)))) --> usage

local lock = threading.Lock()
local first, second = threading.Condition(lock), threading.Condition(lock)
first:acquire()
print(lock:locked(), second:acquire(false), second:locked()) --> true	false	true
first:release()
print(select(2, pcall(function() threading.Condition(5) end))) --> condition.lua:58: Condition: argument 1 is no Lock or RLock of this module
print(multiprocessing.Condition == threading.Condition, asyncio.Condition == threading.Condition) --> true	true
