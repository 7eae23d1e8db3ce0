-- plait.test.subtests: a test inside of a test, for t:run. `core` has what run.lua does for every test.

local internal = require "plait.internal"
local plait = require "plait"
local suite = require "plait.test.suite"

local raw = internal.test()
local await, now = plait.await, plait.now

-- What it has left behind.
local function end_of_subtest(core, t, level)
  local found = require("plait.test.leaks").find(raw, t.state.owner)
  if found then
    require("plait.test.leaks").stop(found)
    if level ~= "off" and #found > 0 then t.state.leaks = found end
    if level == "fail" or level == "strict" then
      for _, leak in ipairs(found) do core.note_text(t, "leak: " .. leak.text, { where = leak.at, is_leak = true }) end
    end
  end
  core.add_unobserved(t)
end

-- For t:run.
local function run_subtest(core, parent, name, options, fn)
  local state, session = parent.state, parent.state.session
  state.count = state.count + 1
  local file, line = suite.place()
  local node = { kind = "test", name = name, options = options, parent = { options = {} }, file = file, line = line,
    around = function(t)
      if not options.fixtures then return fn(t) end
      local values, count = require("plait.test.fixtures").values(t, options.fixtures)
      return fn(t, table.unpack(values, 1, count))
    end }
  local t = core.new_test(parent.name .. " › " .. name, parent.id .. "." .. state.count, node, parent)
  core.emit{ event = "begin", id = t.id, name = t.name, line = line, parent = parent.id }
  local started = now()
  local status
  if options.skip then
    t.state.skipped, status = options.skip, "skipped"
  else
    local level = options.leaks or state.leak_level or "fail"
    t.state.leak_level = level
    local task = raw.start(t.state.owner, core.perform, t, node)
    t.state.task = task
    local guard
    if options.timeout then
      guard = raw.guard()
      guard:watch(task, options.timeout)
    end
    local ok, err = pcall(await, task)
    plait.shield(function()
      if not ok then -- the whole test is to stop
        task:cancel()
        pcall(await, task)
      end
      local is_late = guard and guard:leave()
      t.state.has_ended = true
      if is_late then
        core.note_late(t, options.timeout, guard:records())
      elseif ok and t.state.cancelled and #t.state.failures == 0 then
        core.note(t, t.state.cancelled[1], t.state.cancelled[2])
      end
      if guard then guard:close() end
      if core.needs_teardown(t, node) then
        local after = raw.start(t.state.owner, core.tear_down, t, node)
        raw.name(after, "end of the test")
        pcall(await, after)
      end
      end_of_subtest(core, t, ok and level or "off")
      if ok then status = core.status_of(t, node, is_late and "timeout") end
    end)
    if not ok then
      session.stopped = session.stopped or {}
      table.insert(session.stopped, { t = t, finish = function(how)
        core.emit(core.end_event(t, how, now() - started))
        core.note_text(parent, ("the subtest %q has failed"):format(name), { where = ("%s:%d"):format(file, line),
          is_subtest = true })
      end })
      error(err, 0)
    end
  end
  session.by_owner[t.state.owner] = nil
  core.emit(core.end_event(t, status, now() - started))
  if status == "failed" or status == "timeout" then
    state.failed_children = (state.failed_children or 0) + 1
    core.note_text(parent, ("the subtest %q has failed"):format(name), { where = ("%s:%d"):format(file, line), is_subtest = true })
    return false
  end
  return true
end

return run_subtest
