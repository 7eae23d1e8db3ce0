-- A test that takes too long is stopped, whether it waits or not, and told where it was; one in which nothing can happen any
-- more is told at once. Clean-up runs, and the tests after it.
local test_file = require "test_file"

local r = test_file [[
local test = require "plait.test"
test("waits", { timeout = 0.05 }, function(t)
  local closed <close> = setmetatable({}, { __close = function() print("closed") end })
  t.defer(function() sleep(0.001) print("deferred") end)
  sleep(100)
end)
test("runs", { timeout = 0.05 }, function() while true do local t = {} end end)
test("catches", { timeout = 0.05 }, function() while true do pcall(sleep, 100) end end)
test("in a subtest", { timeout = 0.05 }, function(t) t:run("inner", function() sleep(100) end) end)
test("stuck", { timeout = 1000 }, function() local ch = plait.Channel() async{ ch.recv, ch, name = "other" } ch:recv() end)
test("stuck in a subtest", { timeout = 1000 }, function(t) t:run("inner", function() plait.Event():wait() end) end)
test("subtest with its own time", { timeout = 1000 }, function(t) t:run("inner", { timeout = 0.05 }, function() sleep(100) end) end)
test("late", { timeout = 0.05, fails = true }, function() sleep(100) end)
test("after", function(t) t.ok(true) end)
]] --> closed
--> deferred
for _, name in ipairs{ "waits", "runs", "catches", "in a subtest", "in a subtest › inner" } do print(r.status(name)) end
--> timeout | 5: timeout: it did not end within 0.05 s
--> timeout | 7: timeout: it did not end within 0.05 s
--> timeout | 8: timeout: it did not end within 0.05 s
--> timeout | 9: the subtest "inner" has failed
--> timeout | 9: timeout: it did not end within 0.05 s
print((r.status("stuck"):gsub("task %d+", "task N"):gsub("Channel %d+", "Channel N")))
--> failed | 10: deadlock: nothing can run any more
-->   task N waits (recv) at DIR/a_test.lua:10 for Channel N
-->   task N 'other' waits (recv) for Channel N
-->     started at DIR/a_test.lua:10
print(r.status("stuck in a subtest › inner"):match("^[^\n]*")) --> failed | 11: deadlock: nothing can run any more
print(r.status("subtest with its own time › inner")) --> timeout | 12: timeout: it did not end within 0.05 s
print(r.status("late"):match("^%a+"), r.status("after")) --> expected	passed
print(r.by_name.runs.failures[1].strands:match("task %d+ runs at") ~= nil) --> true
