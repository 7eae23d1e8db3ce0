-- The words of luassert: what holds, what does not, and what is said and returned; spies, stubs, mocks, matchers.
local assert = require "plait.test.luassert"
local doubles = require "plait.test.spy"
local say = require "plait.test.say"
local spy, stub, mock, match = doubles.spy, doubles.stub, doubles.mock, doubles.match

local function fails(f, ...)
    local ok, err = pcall(f, ...)
    if ok then return "holds" end
    return (tostring(err):gsub("\n%s*", " | "))
end

assert.are.equal(1, 1.0)
assert.is_not.equal("1", 1)
assert.are.same({ 1, { x = 2 } }, { 1, { x = 2 } })
assert.are_not.same({ 1 }, { 2 })
assert.is_true(true)
assert.is_false(false)
assert.is_not_true(1)
assert.is_nil(nil)
assert.is.number(1)
assert.is_not_string(1)
assert.truthy(0)
assert.is_falsy(nil)
assert.has.errors(function() error("x") end)
assert.has_error(function() error("x") end, "x")
assert.has_error(function() error({ 1 }) end, { 1 })
assert.has_no.errors(function() end)
assert.error_matches(function() error("boom 12") end, "boom %d+")
assert.has_no.error_match(function() error("boom") end, "bang")
assert.matches("%d", "a1")
assert.does_not.match("%d", "a")
assert.matches("a.b", "a.b", 1, true)
assert.near(1, 1.05, 0.1)
assert.is_not_near(1, 2, 0.1)
assert.is_unique({ 1, 2 })
assert.is_not_unique({ { 1 }, { 1 } }, true)
assert.returned_arguments(2, (function() return 1, nil end)())
assert.array({ 1, nil, 3 }).has.holes(3)
assert.array({ 1, 2 }).has.no.holes()
print(assert.is_true(true), assert(1, "m"), assert.matches("(%d)(%d)", "a12")) --> true	1	1	2

print(fails(assert.are.same, { 1, { 2 } }, { 1, { 3 } })) --> not the same at [2][1] | got   3 | want  2 | { | … 1 equal | [2] = { | -     [1] = 2 | +     [1] = 3 | }, | }
print(fails(assert.are.equal, 1, 2, "note")) --> note | not equal | got   2 | want  1
print(fails(assert.is_not.equal, 1, 1)) --> equal, and should not be | got   1 | want  anything but 1
print(fails(assert.is_nil, 1)) --> of another type | got   1 | want  type nil
print(fails(assert.has_error, function() end)) --> no error was raised
print(fails(assert.has_error, function() error("a") end, "b")) --> another error was raised | got   "a" | want  "b"
print(fails(assert.message("mine").is_true, false)) --> mine | not true | got   false | want  true
print(fails(assert.near, 1, 2)) --> the 'near' function requires a minimum of 3 arguments, got: 2
print(fails(function() return assert.is_strange(1) end)) --> luassert: unknown modifier/assertion: 'is_strange'
print(fails(assert, false, "plain"), fails(assert, nil)) --> plain	assertion failed!

-- Own assertions, with texts of say.
say:set("assertion.even.positive", "%s is odd")
say:set("assertion.even.negative", "%s is even")
assert:register("assertion", "even", function(state, arguments) return arguments[1] % 2 == 0 end, "assertion.even.positive",
    "assertion.even.negative")
assert.is_even(2)
print(fails(assert.is_even, 3), fails(assert.is_not_even, 4)) --> 3 is odd	4 is even
assert:add_formatter(function(value) if value == 5 then return "five" end end)
print(fails(assert.is_even, 5)) --> five is odd

-- Spies.
local t = { add = function(a, b) return a + b end }
local before = t.add
spy.on(t, "add")
print(t.add(1, 2)) --> 3
assert.spy(t.add).was.called()
assert.spy(t.add).was.called(1)
assert.spy(t.add).was_called_with(1, 2)
assert.spy(t.add).was.called_with(match._, match.is_number())
assert.spy(t.add).was_not.called_with(2, 1)
assert.spy(t.add).was.returned_with(3)
assert.spy(t.add).was.called_at_least(1)
assert.spy(t.add).was.called_less_than(2)
print(fails(assert.spy(t.add).was.called, 2)) --> another number of calls | got   1 | want  exactly 2
print(fails(assert.spy(t.add).was.called_with, 9)) --> never called with such values | got   {1, 2, n = 2} | want  [9]
t.add:clear()
assert.spy(t.add).was_not.called()
t.add:revert()
print(t.add == before) --> true

-- What was passed counts as it was then.
local list, seen = { 1 }, spy.new()
seen(list)
list[1] = 2
assert.spy(seen).was.called_with({ 1 })
assert.spy(seen).was_not.called_with({ 2 })
assert.spy(seen).was.called_with(match.is_ref(list))

-- Stubs and mocks; a snapshot takes them back.
local snapshot = assert:snapshot()
stub(t, "add", 10)
print(t.add(1, 2)) --> 10
t.add.on_call_with(5).returns("five")
t.add.by_default.invokes(function(n) return n * 2 end)
print(t.add(5), t.add(4)) --> five	8
local m = mock({ f = function() return 1 end, inner = { g = function() return 2 end } })
print(m.f(), m.inner.g()) --> 1	2
assert.spy(m.inner.g).was.called(1)
snapshot:revert()
print(t.add == before) --> true

print(match.is_not.same({ 1 })({ 1 }), match.all_of(match.is_number(), match.near(1, 0.5))(1.2), match.matches("a")("cab")) --> false	true	true
