-- threading.Barrier: places from 0 on, an action before all go on, broken by a time-out or abort, whole after reset.
local threading = require "plait.threading"
local barrier = threading.Barrier(3)
local function wait(its) return its:wait(30) end
local places = gather(async(wait, barrier), spawn_thread(wait, barrier), spawn_process(function() return wait(barrier) end))
table.sort(places)
print(table.concat(places, " "), barrier.parties, barrier.n_waiting, barrier.broken) --> 0 1 2	3	0	false

local log = plait.Channel(99)
local acting = threading.Barrier{parties = 2, action = function() log:send("action") end, timeout = 30}
local function pass() acting:wait() log:send("passed") end
for _ = 1, 2 do gather(spawn_thread(pass), spawn_process(pass)) end
print(log:recv(), log:recv(), log:recv(), log:recv(), log:recv(), log:recv())
--> action	passed	passed	action	passed	passed

local function kind(its, ...) return plait.kind(select(2, pcall(its.wait, its, ...))) end
local other = async(kind, barrier)
plait.yield()
print(barrier.n_waiting, kind(barrier, 0.005), await(other), barrier.broken) --> 1	broken_barrier	broken_barrier	true
print(kind(barrier) == threading.BrokenBarrierError) --> true
barrier:reset()
other = async(kind, barrier)
plait.yield()
barrier:abort()
print(await(other), barrier.broken) --> broken_barrier	true
barrier:reset()
print(barrier.broken) --> false

local failing = threading.Barrier(2, function() error("no action", 0) end)
other = async(kind, failing)
plait.yield()
print(pcall(failing.wait, failing)) --> false	no action
print(await(other), failing.broken) --> broken_barrier	true
print(select(2, pcall(function() threading.Barrier{count = 2} end))) --> barrier.lua:34: Barrier: unknown option 'count'
