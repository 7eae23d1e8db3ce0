-- What a test has started and opened, and not ended, fails it, with the place; what it has changed of the process as well.
-- The next test finds none of it.
local test_file = require "test_file"

local r = test_file [[
local test = require "plait.test"
test("task", function() async(function() sleep(100) end) end)
test("named task", function() async{ function() plait.Event():wait() end, name = "reader" } end)
test("daemon", function() async{ function() sleep(100) end, daemon = true } end)
test("task of a task", function() async(function() async(function() sleep(100) end) end) sleep(0.001) end)
test("timer", function() plait.every(1, function() end) end)
test("thread", function() spawn_thread(function() sleep(100) end) end)
test("process", function() spawn_process(function() sleep(100) end) end)
test("file", function(t) plait.fs.open(t.file) end)
test("listener", function() plait.net.listen("127.0.0.1:0") end)
test("connection", function()
  local listener <close> = plait.net.listen("127.0.0.1:0")
  plait.net.connect(listener.address)
end)
test("watch", function() plait.fs.watch(".") end)
test("signal", function() plait.signal("USR1", function() end) end)
test("clean", function(t)
  local s <close> = plait.scope()
  s:async(sleep, 0.001)
  await(spawn_thread(function() return 1 end))
  local file <close> = plait.fs.open(t.file)
end)
test("allowed", { leaks = "warn" }, function() async(sleep, 100) end)
test("not looked for", { leaks = "off" }, function() async(sleep, 100) end)
test("unobserved", function() async(function() error("boom") end) sleep(0.001) end)
test("unobserved thread", function(t)
  local h = spawn_thread(function() error("bang") end)
  t.eventually(function() return h:status() == "failed" end, { within = 30 })
end)
test("environment", function() require "plait.internal".test().setenv("PLAIT_TEST_FOO", "x") end)
test("environment is as before", function(t) t.eq(os.getenv("PLAIT_TEST_FOO"), nil) end)
test("directory", function() require "plait.internal".test().chdir("/") end)
test("exit", function() pcall(os.exit, 3) end)
test("global", function() NEW = 1 end)
]]
local function show(name) print((r.status(name):gsub(", still runs.*", ""):gsub(", is open still.*", ""):gsub("%d+ 'r", "N 'r")
    :gsub("task %d+", "task N"):gsub("process %d+", "process N"):gsub("thread %d+", "thread N"):gsub("Event %d+", "Event N"))) end
for _, name in ipairs{ "task", "named task", "daemon", "task of a task", "timer" } do show(name) end
--> failed | 2: leak: task N, which waits (sleep) at DIR/a_test.lua:2, started at DIR/a_test.lua:2
--> failed | 3: leak: task N 'reader', which waits (event) for Event N at DIR/a_test.lua:3, started at DIR/a_test.lua:3
--> passed
--> failed | 5: leak: task N, which waits (sleep) at DIR/a_test.lua:5, started at DIR/a_test.lua:5
--> failed | 6: leak: task N, which waits (sleep), started at DIR/a_test.lua:6
print(r.status("thread"):match("thread %d+.*started at DIR/a_test.lua:7") ~= nil) --> true
print(r.status("process"):match("process %d+.*started at DIR/a_test.lua:8") ~= nil) --> true
for _, name in ipairs{ "file", "listener", "connection", "watch", "signal", "clean", "allowed", "not looked for" } do show(name) end
--> failed | 9: leak: file, opened at DIR/a_test.lua:9
--> failed | 10: leak: listener, opened at DIR/a_test.lua:10
--> failed | 13: leak: connection, opened at DIR/a_test.lua:13
--> failed | 15: leak: watch, opened at DIR/a_test.lua:15
--> failed | leak: a function for SIGUSR1 is set still: plait.signal("USR1", nil)
--> passed
--> passed
--> passed
print(#r.by_name.allowed.leaks, r.by_name["not looked for"].leaks) --> 1	nil
for _, name in ipairs{ "unobserved", "unobserved thread", "environment", "environment is as before", "directory", "exit", "global" } do
    show(name)
end
--> failed | 25: task N has failed, and nobody has received its error: boom
--> failed | 27: thread N has failed, and nobody has received its error: bang
--> failed | the variable PLAIT_TEST_FOO of the environment was changed: t.setenv puts it right
--> passed
--> failed | the current directory was changed to /: t.chdir puts it right
--> failed | 33: os.exit(3) was called
--> passed
print(r.by_name.global.warnings[1]) --> a new global: NEW
