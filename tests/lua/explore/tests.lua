-- plait.test.run explores each test of a file, and replays one.
local file = assert(io.open("bank_test.lua", "w"))
file:write([[
local test = require "plait.test"
test("loses an update", function(t)
  local v = plait.Value(0)
  local function add(v) v.value = v.value + 1 end
  gather(spawn_thread(add, v), spawn_thread(add, v))
  t.eq(v.value, 2)
end)
test("is right", function(t)
  local v = plait.Value(0)
  local function add(v) sleep(1000) v:add(1) end
  gather(spawn_thread(add, v), spawn_thread(add, v))
  t.eq(v.value, 2)
end)
test("has a clock", { clock = "virtual" }, function(t)
  async(function() sleep(50) end)
  t.clock:advance(60)
  t.eq(t.clock:now() >= 60, true)
end)
test("leaves a lock", function(t)
  local lock = plait.Lock()
  local task = async(function() lock:acquire() sleep(1) lock:release() end)
  pcall(await, task)
end)
test.skip("skipped", function() error("no") end)
]])
file:close()

local run = require "plait.test.run"
local function try(options)
  local ends = {}
  run.run("bank_test.lua", options, function(event)
    if event.event == "end" then
      print(event.name, event.status, event.replay ~= nil)
      ends[#ends + 1] = event
    end
  end)
  return ends
end
local ends = try{ explore = 40 }
--> loses an update	failed	true
--> is right	passed	false
--> has a clock	passed	false
--> leaves a lock	passed	false
--> skipped	skipped	false
local failure = ends[1].failures[1]
print(failure.where, failure.got, failure.want, failure.message:find("in this order of its strands  (order ", 1, true) ~= nil)
--> bank_test.lua:6	1	2	true
print(failure.message:find("thread %d  bank_test.lua:4 +local function add") ~= nil, ends[2].orders) --> true	40
ends = try{ replay = ends[1].replay, only_lines = { 3 } }
--> loses an update	failed	true
print(ends[1].failures[1].where) --> bank_test.lua:6
ends = try{ explore = 40, strategy = "cancel", only_lines = { 9, 23 } }
--> is right	passed	false
--> leaves a lock	failed	true
print(ends[2].failures[1].message:find("a strand that was cancelled left a lock behind", 1, true) ~= nil) --> true
