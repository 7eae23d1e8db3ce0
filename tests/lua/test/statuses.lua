-- What becomes of a test: passed, failed, skipped, expected; names of groups and rows; the order of events.
local test_file = require "test_file"

local r = test_file [[
local test = require "plait.test"
test("passes", function(t) t.eq(1, 1) end)
test("fails", function(t) t.eq(1, 2) end)
test("raises", function() error("boom") end)
test("raises a table", function() error({ code = 3 }) end)
test.skip("left out", function() error("it ran") end)
test("with a reason", { skip = "not here" }, function() error("it ran") end)
test("at run time", function(t) t.skip("no network") end)
test.fails("known", function(t) t.ok(false) end)
test.fails("mended", function() end)
test.group("outer", { tags = { "slow" } }, function()
  test.group("inner", function()
    test("deep", { tags = { "net" } }, function() end)
  end)
end)
test.each({ { 1, 2, 3 }, { 2, 3, 6 } }, "%d+%d=%d", function(t, a, b, c) t.eq(a + b, c) end)
test.each({ "x", "y" }, "letter", function(t, letter) t.type(letter, "string") end)
test("soft", function(t)
  print(t.check.eq(1, 2), t.check.ok(true))
  t.check.lt(2, 1)
end)
]] --> false	true
for _, name in ipairs{ "passes", "fails", "raises", "raises a table", "left out", "with a reason", "at run time", "known",
    "mended", "outer › inner › deep", "1+2=3", "2+3=6", "letter [1]", "letter [2]", "soft" } do
    print(name, r.status(name))
end
--> passes	passed
--> fails	failed | 3: not equal
--> raises	failed | 4: boom
--> raises a table	failed | 5: {code = 3}
--> left out	skipped
--> with a reason	skipped
--> at run time	skipped
--> known	expected | 9: neither nil nor false was wanted
--> mended	failed | 10: it passed, and was expected to fail
--> outer › inner › deep	passed
--> 1+2=3	passed
--> 2+3=6	failed | 16: not equal
--> letter [1]	passed
--> letter [2]	passed
--> soft	failed | 19: not equal | 20: not less than
print(r.by_name["with a reason"].reason, r.by_name["at run time"].reason) --> not here	no network
print(r.done.passed, r.done.failed, r.done.skipped) --> 5	6	4

local kinds = {}
for i, event in ipairs(r.events) do
    if i < 6 or i == #r.events then kinds[#kinds + 1] = event.event end
end
print(table.concat(kinds, " ")) --> file plan begin end begin done
local deep = r.plan[10]
print(deep.id, deep.name, deep.line, deep.last_line, table.concat(deep.tags, ",")) --> 10	outer › inner › deep	13	13	net,slow
local failed = r.by_name.fails.failures[1]
print(failed.got, failed.want, failed.excerpt) --> 1	2	3 | test("fails", function(t) t.eq(1, 2) end)

-- What cannot be read is one failure.
local broken = test_file "local x = = 1"
print(broken.status("the file"), broken.done.failed) --> failed | 1: unexpected symbol near '='	1
local wrong = test_file "local test = require 'plait.test'\ntest('x')"
print(wrong.status("the file")) --> failed | 2: test: "x" has no function; write test("x", function(t) ... end)
local waits = test_file "plait.Event():wait()"
print(waits.status("the file"):match("^[^\n]*")) --> failed | deadlock: nothing can run any more
