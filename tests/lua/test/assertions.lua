-- Every assertion: what holds, and what is said when it does not.
local test = require "plait.test"

local function why(f, ...)
    local ok, err = pcall(f, ...)
    if ok then return "holds" end
    return (tostring(err):gsub("\n%s*", " | "))
end

print(why(test.eq, { 1, { 2 } }, { 1, { 2 } }), why(test.eq, 0 / 0, 0 / 0), why(test.eq, 1, 1.0)) --> holds	holds	holds
print(why(test.eq, 1, 1.0, { exact = true })) --> not equal | got   1 (integer) | want  1.0 (float)
print(why(test.eq, { 1 }, { 1.0 }, { exact = true })) --> not equal at [1] | got   1 (integer) | want  1.0 (float) | { | -   [1] = 1.0 | +   [1] = 1 | }
print(why(test.eq, "1", 1)) --> not equal | got   "1" (string) | want  1 (number)
print(why(test.eq, nil, false, "the flag")) --> the flag: not equal | got   nil | want  false
print(why(test.eq, { [{ 1 }] = "a" }, { [{ 1 }] = "a" })) --> holds
print(why(test.eq, { [{ 1 }] = "a" }, { [{ 1 }] = "b" }) == "holds") --> false

-- Tables that contain themselves are compared by their shape.
local a, b, c = {}, {}, {}
a.next, b.next, c.next = a, { next = b }, { next = { last = true } }
print(why(test.eq, a, b), why(test.eq, a, c) == "holds") --> holds	false

-- A long chain costs no stack.
local function chain(n)
    local list
    for i = 1, n do list = { i, list } end
    return list
end
print(why(test.eq, chain(50000), chain(50000))) --> holds

local Point = { __eq = function(x, y) return x.n == y.n end }
local function point(n, tag) return setmetatable({ n = n, tag = tag }, Point) end
print(why(test.eq, point(1, "a"), point(1, "b")) == "holds", why(test.eq, point(1, "a"), point(1, "b"), { eq = true })) --> false	holds

print(why(test.ne, 1, 2), why(test.ne, { 1 }, { 1 })) --> holds	equal, and should not be | got   [1]
print(why(test.is, a, a), why(test.is, "x", "y")) --> holds	not the same object | got   "x" | want  "y"
print(why(test.ok, 0), why(test.ok, false, "it")) --> holds	it: neither nil nor false was wanted | got   false
print(why(test.near, 0.1 + 0.2, 0.3), why(test.near, 1, 2, 0.5)) --> holds	not near enough | got   1 | want  2 ± 0.5
print(why(test.near, "1", 2)) --> not two numbers | got   "1" (string) | want  2 (number)
print(why(test.lt, 1, 2), why(test.lt, 2, 2), why(test.le, 2, 2), why(test.gt, 2, 1), why(test.ge, 1, 2)) --> holds	not less than | got   2 | want  less than 2	holds	holds	not at least | got   1 | want  at least 2
print(why(test.lt, 1, {})) --> cannot be compared: not less than | got   1 (number) | want  less than {} (table)
print(why(test.matches, "abc12", "%d+"), why(test.matches, "abc", "%d")) --> holds	does not match | got   "abc" | want  what matches "%d"
print(why(test.matches, "abc", "[a")) --> assertions.lua:5: matches: "[a" is no pattern: malformed pattern (missing ']')
print(why(test.contains, "a.b", "."), why(test.contains, { { 1 }, 2 }, { 1 })) --> holds	holds
print(why(test.contains, { 1 }, 2), why(test.contains, 7, 7)) --> is not in it | got   [1] | want  one with 2	neither a string nor a table | got   7
print(why(test.has, { a = { b = 1, c = 2 } }, { a = { b = 1 } }), why(test.has, { a = 1 }, "a")) --> holds	holds
print(why(test.has, { a = { b = 2 } }, { a = { b = 1 } })) --> differs at .a.b | got   2 | want  1
print(why(test.type, 1, "integer"), why(test.type, plait.Lock(), "Lock"), why(test.type, 1, "string")) --> holds	holds	of another type | got   1 (number) | want  string

print(test.raises(function() error({ code = 7 }) end, { code = 7 }).code) --> 7
print(pcall(test.raises, function() error("boom", 0) end, "bo+m")) --> true	boom
print(why(test.raises, function() end)) --> no error was raised
print(why(test.raises, function() error("x", 0) end, "y")) --> another error was raised | got   "x" | want  "y"
print(why(test.raises, function() error({ code = 1 }) end, function(err) return err.code == 1 end)) --> holds
print(why(test.raises, 5)) --> assertions.lua:5: raises: argument 1 is 5 (a number), not a function; write t.raises(function() ... end)

local n = 0
print(test.eventually(function() n = n + 1 return n == 3 and "now" end)) --> now
print(why(test.eventually, function() return nil end, { within = 0.01 })) --> not within 0.01 s | got   nil
print(why(test.eventually, function() test.eq(1, 2) end, { within = 0 })) --> not within 0 s: not equal | got   1 | want  2
print(why(test.fail, "by hand")) --> by hand
