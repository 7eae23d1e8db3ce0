-- A test file that is run as a script runs its tests at its end, and says what has failed; its status tells.
--! status: 1
local test = require "plait.test"

print("the file") --> the file
test("one", function(t) t.eq(1, 1) end)
test("two", function(t) t:run("inner", function(u) u.eq("a", "b") end) end)
test.skip("three")
--> FAIL  two › inner
-->   alone.lua:7: not equal
-->     got   "a"
-->     want  "b"
-->     7 | test("two", function(t) t:run("inner", function(u) u.eq("a", "b") end) end)
--> FAIL  two
-->   alone.lua:7: the subtest "inner" has failed
--> 1 passed, 1 failed, 1 skipped
