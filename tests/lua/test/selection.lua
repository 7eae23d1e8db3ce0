-- Which tests run: by pattern, tag, line, id and function; only; shuffled by a seed; repeated and tried again.
local test_file = require "test_file"

local text = [[
local test = require "plait.test"
test("alpha", { tags = { "fast" } }, function()
end)
test.group("group", { tags = { "slow" } }, function()
  test("beta", function() end)
  test("gamma (1)", { tags = { "fast" } }, function() end)
end)
test("delta", function() end)
]]
local function names(options, other)
    local r = test_file(other or text, options)
    local list = {}
    for i, test in ipairs(r.plan) do list[i] = test.name:match("(%a+)[^›]*$") end
    assert(r.done.passed == #list)
    return table.concat(list, " ")
end
print(names{}) --> alpha beta gamma delta
print(names{ filter = "^.*a_test.lua › alpha" }, names{ filter = { "gamma (1)", "› delta" } }, names{ filter_out = "› group" }) --> alpha	gamma delta	alpha delta
print(names{ tags = { "fast" } }, names{ tags = "slow" }, names{ no_tags = { "slow" } }) --> alpha gamma	beta gamma	alpha delta
print(names{ only_lines = { 3 } }, names{ only_lines = { 6 } }, names{ only_lines = { 4 } }) --> alpha	gamma	beta gamma
print(names{ ids = { ["2"] = true } }, names{ select = function(test) return test.name ~= "alpha" end }) --> beta	beta gamma delta
print(names({}, text .. "\ntest.only('epsilon', function() end)")) --> epsilon
print(names({ only_lines = { 8 } }, text .. "\ntest.only('epsilon', function() end)")) --> delta

-- The same seed gives the same order, and groups stay together.
local many = "local test = require 'plait.test'\nfor i = 1, 9 do test(('x'):rep(i), function() end) end"
print(names({ shuffle = true, seed = 1 }, many) == names({ shuffle = true, seed = 1 }, many)) --> true
print(names({ shuffle = true, seed = 1 }, many) == names({ shuffle = true, seed = 2 }, many)) --> false

local r = test_file([[
local test = require "plait.test"
local n, m = 0, 0
test("flaky", function(t) n = n + 1 t.eq(n, 3) end)
test("hopeless", { retry = 1 }, function(t) t.fail("always") end)
test("steady", function() m = m + 1 end)
test("steady enough", function(t) t.eq(m, 1) end)
]], { retry = 2 })
print(r.status("flaky"), r.by_name.flaky.flaky, r.by_name.flaky.retries, #r.by_name.flaky.attempts) --> passed	true	2	2
print(r.status("hopeless"), r.by_name.hopeless.retries, r.by_name.steady.retries) --> failed | 4: always	1	nil

local s = test_file([[
local test = require "plait.test"
local n = 0
test("third time", function(t) n = n + 1 t.lt(n, 3) end)
test("not reached", function() end)
]], { ["repeat"] = 5, max_failures = 1 })
print(s.status("third time"), s.by_name["third time"].round, s.status("not reached")) --> failed | 3: not less than	3	not run

-- What makes no sense is refused, with its place.
for _, line in ipairs{ 'test(1, function() end)', 'test("x", { timout = 1 }, function() end)', 'test("x", { timeout = "1" }, function() end)',
    'test("x", { clock = "fast" }, function() end)', 'test.each(1, "x", function() end)', 'test.fixture("run", print)',
    'test.before_each(5)', 'test("x", function() test("y", function() end) end)' } do
    local refused = test_file("local test = require 'plait.test'\n" .. line)
    print((refused.status(refused.by_name["the file"] and "the file" or "x"):gsub("table: %w+", "TABLE")))
end
--> failed | 2: test: argument 1 is 1 (a number), not a name; write test("name", function(t) ... end)
--> failed | 2: test: there is no option "timout" (a string); there are timeout, tags, skip, only, fails, clock, fixtures, leaks and retry
--> failed | 2: test: timeout is "1" (a string), not a number
--> failed | 2: test: clock is "fast"; it can be one of: real, virtual
--> failed | 2: test.each: argument 1 is 1 (a number), not a list of rows
--> failed | 2: test.fixture: the scope is "run" (a string); it can be one of: test, file
--> failed | 2: before_each: argument 1 is 5 (a number), not a function
--> failed | 2: test: tests are defined while their file is read; inside of a test write t:run(name, f)
