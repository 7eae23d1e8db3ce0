-- A file called *_spec.lua has the names of busted; blocks, hooks and tests run in its order.
local test_file = require "test_file"

local r = test_file([[
local log = {}
local function note(text) return function() log[#log + 1] = text end end
describe("outer #slow", function()
  note "outer body"()
  setup(note "setup")
  teardown(note "teardown")
  lazy_setup(note "lazy")
  before_each(note "before")
  after_each(note "after")
  it("one", note "one")
  describe("inner", function()
    note "inner body"()
    before_each(note "inner before")
    after_each(note "inner after")
    it("two", function()
      finally(note "finally")
      note "two"()
    end)
  end)
  pending("not yet")
  it("gives up", function() pending("why") end)
  it("curried")(note "three")
end)
describe("after it", function()
  it("has seen the order", function()
    assert.equal("outer body,setup,lazy,before,one,after,inner body,before,inner before,two,finally,inner after,after," ..
      "before,after,before,three,after,teardown", table.concat(log, ","))
  end)
end)
describe("names", function()
  setup(function() x = 1 end)
  before_each(function() y = (y or 0) + 1 end)
  it("of hooks are the block's", function() assert.same({ 1, 1 }, { x, y }) z = 5 end)
  it("of tests are their own", function() assert.is_nil(z) assert.is_nil(_G.x) end)
end)
insulate("insulated", function()
  _G.GLOBAL = 1
  package.loaded.mine = true
  it("is there", function() assert.is_true(GLOBAL == 1) end)
end)
describe("after that", function()
  it("is gone", function() assert.is_nil(GLOBAL) assert.is_nil(package.loaded.mine) end)
end)
describe("errors", function()
  describe("in a hook", function()
    before_each(function() error("hook") end)
    it("keeps the test from running", function() error("it ran") end)
  end)
  describe("in setup", function()
    setup(function() error("setup") end)
    it("keeps all from running", function() error("it ran") end)
  end)
  describe("in a block", function() error("block") end)
  it("in a test", function() error({ code = 1 }) end)
  it("of an assertion", function() assert.are.same({ a = { 1 } }, { a = { 2 } }, "note") end)
end)
it("does not nest", function() it("inner", function() end) end)
]], { file = "a_spec.lua" })
for _, name in ipairs{ "outer #slow › one", "outer #slow › inner › two", "outer #slow › not yet", "outer #slow › gives up",
    "after it › has seen the order", "names › of hooks are the block's", "names › of tests are their own", "insulated › is there",
    "after that › is gone", "errors › in a hook › keeps the test from running", "errors › in setup › strict_setup",
    "errors › in setup › keeps all from running", "errors › in a block › block", "errors › in a test", "errors › of an assertion",
    "does not nest" } do
    print((r.status(name):gsub("\n", " / ")))
end
--> passed
--> passed
--> skipped
--> skipped
--> passed
--> passed
--> passed
--> passed
--> passed
--> failed | 46: hook
--> failed | 50: strict_setup: setup
--> not run
--> failed | 53: in a block: block
--> failed | 54: {code = 1}
--> failed | 55: note / not the same at .a[1]
--> failed | 57: 'it' not supported inside current context block
print(r.done.passed, r.done.failed, r.done.skipped) --> 8	6	2

local function count(text, options)
    options.file = "b_spec.lua"
    return test_file(text, options).done.passed
end
local text = [[
describe("a #x", function() it("one", function() end) it("two #y", function() end) end)
it("three", function() end)]]
print(count(text, { filter = "› two" }), count(text, { tags = { "x" } }), count(text, { no_tags = "y" }), count(text, { only_lines = { 2 } })) --> 1	2	2	1
