-- A plain assert that fails shows the values that its line names; the error itself is as in stock Lua.
local test_file = require "test_file"

local r = test_file [[
local test = require "plait.test"
local upvalue = { list = { 5, 6 }, [true] = 1 }
LEVEL = 3
CALLS = 0
local Class = { __index = function() CALLS = CALLS + 1 end }
test("fields", function(t)
  local x, i, s = { y = { z = 3 } }, 2, "text"
  assert(x.y.z == 4 and upvalue.list[i] == 7)
end)
test("global and string key", function() local x = { key = "v" } assert(x["key"] == LEVEL, "message") end)
test("calls are left out", function() local n = 2 assert(math.max(n, 1) == tostring(n):rep(2)) end)
test("metamethods are not called", function() local object = setmetatable({}, Class) assert(object.field) end)
test("several lines", function()
  local a, b = 1, 2
  assert(a ==
    b, -- not c
    "(text)")
end)
test("in pcall", function(t)
  local ok, err = pcall(function() assert(nil, "m") end)
  t.eq(err:match(":%d+: m$") ~= nil, true)
  t.eq({ pcall(assert, false, "X") }, { false, "X" })
  t.eq({ pcall(assert, false) }, { false, "assertion failed!" })
  t.eq(select("#", assert(1, nil, nil)), 3)
  t.raises(function() assert() end, "value expected")
end)
test("another frame", function() local function check(value) assert(value.ok) end check({ ok = false }) end)
]]
for _, name in ipairs{ "fields", "global and string key", "calls are left out", "metamethods are not called", "several lines",
    "another frame" } do
    local failure = r.by_name[name].failures[1]
    print(failure.where:match("%d+$"), failure.message, table.concat(failure.values, "; "))
end
--> 8	assertion failed!	x.y.z = 3; i = 2; upvalue.list[i] = 6
--> 10	message	x.key = "v"; LEVEL = 3
--> 11	assertion failed!	n = 2
--> 12	assertion failed!	object.field = nil
--> 15	(text)	a = 1; b = 2
--> 27	assertion failed!	value.ok = false
print(CALLS) --> 1
print(r.status("in pcall"), r.by_name.fields.failures[1].excerpt) --> passed	8 |   assert(x.y.z == 4 and upvalue.list[i] == 7)
