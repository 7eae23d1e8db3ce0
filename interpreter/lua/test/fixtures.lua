-- plait.test.fixtures: what is acquired for a test, or for all of a file, and handed over. A fixture is a task: it waits in `use`
-- until the test has ended, so whatever becomes of the test its own code goes on, and its `<close>` variables are closed.

local internal = require "plait.internal"
local plait = require "plait"
local suite = require "plait.test.suite"
local context = require "plait.test.context"

local raw = internal.test()
local catch, await = internal.catch, plait.await

local fixtures = {}

-- In the fixture's task.
local function run_fixture(state, t)
  local function use(...)
    if state.is_used then error("the fixture of " .. state.fixture.at .. " has called use before", 2) end
    state.is_used, state.values = true, table.pack(...)
    state.ready:set()
    state.release:wait()
  end
  local ok, err, traceback = catch(state.fixture.fn, t, use)
  if not ok and not (state.is_told and plait.kind(err) == "cancelled") then
    state.err, state.traceback, state.has_failed = err, traceback, true
  end
  local deferred = t.state.deferred or {}
  for i = #deferred, 1, -1 do
    local is_fine, other, trace = catch(deferred[i])
    if not is_fine and not state.has_failed then state.err, state.traceback, state.has_failed = other, trace, true end
  end
  state.has_ended = true
  state.ready:set()
end

-- What a fixture defers comes after its own end, not after the test's: so its `t` keeps that apart.
local function own_context(t)
  local state = setmetatable({ of = t.state, deferred = false }, { __index = t.state })
  return context.new(t.name, t.id, t.file, t.line, state)
end

local function open_fixture(fixture, t, owner, list)
  local state = { fixture = fixture, ready = plait.Event(), release = plait.Event() }
  list[#list + 1] = state
  list[fixture] = state
  state.task = raw.start(owner, run_fixture, state, own_context(t))
  raw.name(state.task, "fixture of " .. fixture.at)
  state.ready:wait()
  if state.has_failed then
    state.is_told_of = true
    error(state.err, 0)
  end
  if not state.is_used then error("the fixture of " .. fixture.at .. " has ended without calling use", 0) end
  -- It ends before those that it has used, which were there first.
  for i, other in ipairs(list) do
    if other == state then
      table.insert(list, table.remove(list, i))
      break
    end
  end
  return state
end

-- Returns whether it has ended well; else its error and traceback.
function fixtures.close(state)
  if not state.is_used and not state.has_ended then
    state.is_told = true
    state.task:cancel()
  end
  state.release:set()
  pcall(await, state.task)
  if state.has_failed and not state.is_told_of then return false, state.err, state.traceback end
  return true
end

-- The fixture's first value; set up at first use, by the file or by the test.
function fixtures.use(t, fixture)
  local state = t.state.of or t.state
  local session = state.session
  local is_for_file = fixture.scope == "file"
  local list = is_for_file and session.fixtures or state.fixtures
  if not list then
    list = {}
    state.fixtures = list
  end
  local opened = list[fixture]
  if opened and opened.has_failed then error(opened.err, 0) end
  if not opened then
    opened = open_fixture(fixture, is_for_file and session.file_test or state.t, is_for_file and 0 or state.owner, list)
  end
  return table.unpack(opened.values, 1, opened.values.n)
end

-- The values of several, and their number.
function fixtures.values(t, list)
  local values = {}
  for i, fixture in ipairs(list) do
    if getmetatable(fixture) ~= suite.fixture then
      suite.usage("test: fixtures[%d] is %s, not a fixture", i, internal.describe(fixture))
    end
    values[i] = fixtures.use(t, fixture)
  end
  return values, #list
end

return fixtures
