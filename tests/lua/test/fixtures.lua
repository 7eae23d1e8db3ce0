-- Hooks, fixtures and what a test has deferred: their order, and that they end whatever becomes of the test; what t changes is
-- put right.
local test_file = require "test_file"

local order = {}
function note(text) order[#order + 1] = text end
local function flush()
    print(table.concat(order, " "))
    order = {}
end

local r = test_file [[
local test = require "plait.test"
test.before_all(function() note "all" end)
test.after_all(function() note "all_ended" end)
test.before_each(function(t) note("before:" .. t.name) end)
test.after_each(function() note "after" end)
local inner = test.fixture(function(t, use)
  local closed <close> = setmetatable({}, { __close = function() note "inner_closed" end })
  note "inner"
  use("i")
  sleep(0.001)
  note "inner_goes_on"
end)
local outer = test.fixture(function(t, use)
  local value = t:use(inner)
  use(value .. "o")
  note "outer_goes_on"
end)
local shared = test.fixture("file", function(t, use)
  t.defer(note, "file_deferred")
  note "shared"
  use({})
  note "shared_goes_on"
end)
local seen
test("one", { fixtures = { outer, shared } }, function(t, value, object)
  t.defer(note, "deferred1")
  t:defer(note, "deferred2")
  note(value)
  seen = object
end)
test("two", { fixtures = { inner, shared } }, function(t, value, object)
  t.is(object, seen)
  error("boom")
end)
test.group("g", function()
  test.before_all(function() note "g" end)
  test.before_each(function() note "g_before" end)
  test.after_each(function() note "g_after" end)
  test.after_all(function() note "g_ended" end)
  test("three", { timeout = 0.05, fixtures = { inner } }, function() sleep(100) end)
end)
]]
flush()
--> all before:one inner shared io after deferred2 deferred1 outer_goes_on inner_goes_on inner_closed before:two inner after inner_goes_on inner_closed g before:g › three g_before inner g_after after inner_goes_on inner_closed g_ended all_ended shared_goes_on file_deferred
print(r.status("one"), r.status("two"), r.status("g › three"):match("^%a+")) --> passed	failed | 33: boom	timeout

local s = test_file [[
local test = require "plait.test"
local never = test.fixture(function() end)
local breaks = test.fixture(function() error("no server") end)
local late = test.fixture(function(_, use) use(1) error("at the end") end)
local twice = test.fixture(function(_, use) use(1) use(2) end)
test("never", { fixtures = { never } }, function() error("it ran") end)
test("breaks", { fixtures = { breaks } }, function() error("it ran") end)
test("late", { fixtures = { late } }, function() end)
test("both", { fixtures = { late } }, function() error("first") end)
test("twice", { fixtures = { twice } }, function() end)
test("deferred", function(t) t.defer(error, "in defer", 0) end)
test.group("before_all", function()
  test.before_all(function() error("setup") end)
  test("a", function() error("it ran") end)
  test("b", function() error("it ran") end)
end)
test.group("after_all", function()
  test.after_all(function() error("teardown") end)
  test("c", function() end)
end)
test.group("after_each", function()
  test.after_each(function() error("each") end)
  test("d", function() end)
end)
]]
for _, name in ipairs{ "never", "breaks", "late", "both", "twice", "deferred", "before_all › a", "before_all › b", "after_all › c",
    "after_all › after_all", "after_each › d" } do print((s.status(name):gsub("DIR/", ""))) end
--> failed | the fixture of a_test.lua:2 has ended without calling use
--> failed | 3: no server
--> failed | 4: the end of the fixture of a_test.lua:4: at the end
--> failed | 9: first | 4: the end of the fixture of a_test.lua:4: at the end
--> failed | 5: the end of the fixture of a_test.lua:5: the fixture of a_test.lua:5 has called use before
--> failed | t.defer: in defer
--> failed | 13: before_all: setup
--> failed | 13: before_all: setup
--> passed
--> failed | 18: after_all: teardown
--> failed | 22: after_each: each

local u = test_file [[
local test = require "plait.test"
local path, object = nil, { f = function() return 1 end }
test("changes", function(t)
  path = t.tmpdir().path
  t.ok(plait.fs.write(path .. "/x", "y"))
  t.setenv("PLAIT_TEST_VARIABLE", "1")
  t.eq(os.getenv("PLAIT_TEST_VARIABLE"), "1")
  t.chdir(path)
  t.ok(io.open("x")):close()
  local before, calls = t.patch(object, "f", function(n) return n * 2 end)
  t.eq(object.f(4), 8)
  t.eq({ before(), #calls, calls:last()[1] }, { 1, 1, 4 })
  t.log("a", { 1 })
end)
test("finds them as they were", function(t)
  t.eq(plait.fs.exists(path), false)
  t.eq(os.getenv("PLAIT_TEST_VARIABLE"), nil)
  t.eq(object.f(), 1)
end)
test("virtual", { clock = "virtual" }, function(t)
  local done
  async(function() sleep(3600) done = true end)
  t.clock:advance(3599)
  t.ok(not done)
  t.clock:advance(2)
  t.ok(done)
end)
test("real again", function(t) t.raises(function() return t.clock end, "the test has the real clock") end)
]]
print(u.status("changes"), u.status("finds them as they were"), u.by_name.changes.log[1]) --> passed	passed	a	[1]
print(u.status("virtual"), u.status("real again")) --> passed	passed
