-- plait.test.run: runs the tests of one file in this process.
--
--     local result = require "plait.test.run".run("a_test.lua", options, emit)
--
-- Called by the main strand, which waits for each test: so a program in which nothing can go on any more is told of at once
-- (core/deadlock.h). Each test is a task with an owner of its own (core/ledger.h); what it has left behind is found by that.
-- What happens is told to emit(event), in its order; docs/testing.md lists the events.

local internal = require "plait.internal"
local plait = require "plait"
local suite = require "plait.test.suite"
local checks = require "plait.test.checks"
local context = require "plait.test.context"

local raw = internal.test()
local catch, await, now = internal.catch, plait.await, plait.now

local run = {}

local DEFAULT_SECONDS, CLEANUP_SECONDS, LEFT_SECONDS = 30, 10, 5

local function failures() return require "plait.test.failures" end
local function fixtures() return require "plait.test.fixtures" end
local function leaks() return require "plait.test.leaks" end

----------------------------------------------------------------------------------------------------------- one session

-- What is known while the tests of a file run.
local session

local function emit(event) session.emit(event) end

-- The test that what runs now belongs to, or nil.
local function test_of_now() return session and session.by_owner[raw.owner()] end

local function note(t, err, traceback, where)
  local state = t.state
  if getmetatable(err) == checks.Skip then
    state.skipped = err.reason or true
    return
  end
  if err == session.exit_error then return end
  local record = failures().of(err, traceback, state.asserted)
  if where then record.message = ("%s: %s"):format(where, record.message) end
  state.failures[#state.failures + 1] = record
end

local function note_text(t, message, fields)
  local record = fields or {}
  record.message = message
  t.state.failures[#t.state.failures + 1] = record
end

local function add_warning(t, text)
  t.state.warnings = t.state.warnings or {}
  table.insert(t.state.warnings, text)
end

-- By `assert`, when it fails; its caller is two levels above.
local function on_assert(message)
  local t = test_of_now()
  if not t or (t.state.explained or 0) >= 20 then return end
  t.state.explained = (t.state.explained or 0) + 1
  t.state.asserted = require("plait.test.explain").capture(message, 3)
end

-- By os.exit in a test.
local function on_exit(status)
  local t = test_of_now()
  if t then
    local record = failures().of(("os.exit(%d) was called"):format(status), debug.traceback("", 2))
    t.state.failures[#t.state.failures + 1] = record
  end
  error(session.exit_error, 0)
end

------------------------------------------------------------------------------------------------------------- waiting

-- Waits for the task, which has so much time. Returns nil when it has ended by itself; "timeout" or "deadlock", and what
-- was found then, when it was told to stop, which it then has.
local function wait_for(task, seconds, guard)
  guard:watch(task, seconds)
  local ok, err = pcall(await, task)
  local is_late = guard:leave()
  if is_late then
    if not ok and task:status() == "running" then pcall(await, task) end
    return "timeout", guard:records()
  end
  if ok then return nil end
  local status = task:status()
  if status == "done" or status == "failed" or status == "cancelled" then return "ended", err end
  if plait.kind(err) ~= "deadlock" then -- this strand is to stop
    task:cancel()
    error(err, 0)
  end
  task:cancel()
  guard:watch(task, LEFT_SECONDS)
  pcall(await, task)
  guard:leave()
  return "deadlock", err
end

-- Runs f in a task of that owner, for what may not take long. Returns whether it was in time.
local function finish_in(owner, seconds, name, f, ...)
  local task = raw.start(owner, f, ...)
  raw.name(task, name)
  local how, err = wait_for(task, seconds, session.guard)
  return how, err
end

----------------------------------------------------------------------------------------------------- a test's function

-- The groups around it, the outermost first.
local function chain_of(node)
  if node.parent.chain then return node.parent.chain end
  local list, group = {}, node.parent
  while group do
    table.insert(list, 1, group)
    group = group.parent
  end
  node.parent.chain = list
  return list
end

local function call_all(list, ...)
  for i = 1, list and #list or 0 do list[i](...) end
end

local function run_function(t, node)
  if node.around then return node.around(t, node) end
  local state = t.state
  for _, group in ipairs(chain_of(node)) do
    state.entered = group
    if group.before_each then call_all(group.before_each, t) end
  end
  local list = suite.options(node).fixtures
  if not list then return node.fn(t) end
  local values, count = fixtures().values(t, list)
  return node.fn(t, table.unpack(values, 1, count))
end

-- In the test's task.
local function perform(t, node)
  local ok, err, traceback = catch(run_function, t, node)
  if not ok then
    if plait.kind(err) == "cancelled" and not t.state.has_ended then
      t.state.cancelled = { err, traceback }
    else
      note(t, err, t.state.traceback or traceback)
    end
  end
end

local function needs_teardown(t, node)
  local state = t.state
  if state.deferred or state.fixtures or node.teardown then return true end
  local group = state.entered
  while group do
    if group.after_each then return true end
    group = group.parent
  end
end

-- In a task of its own: whatever has become of the test, this may wait.
local function tear_down(t, node)
  local state = t.state
  local function step(where, f, ...)
    local ok, err, traceback = catch(f, ...)
    if not ok then note(t, err, traceback, where) end
  end
  if node.teardown then step("after_each", node.teardown, t, node) end
  local group = state.entered
  while group do
    for _, hook in ipairs(group.after_each or {}) do step("after_each", hook, t) end
    group = group.parent
  end
  while state.deferred and #state.deferred > 0 do step("t.defer", table.remove(state.deferred)) end
  local opened = state.fixtures or {}
  for i = #opened, 1, -1 do
    local fixture = opened[i]
    local ok, err, traceback = fixtures().close(fixture)
    if not ok then note(t, err, traceback, "the end of the fixture of " .. fixture.fixture.at) end
  end
  while state.deferred and #state.deferred > 0 do step("t.defer", table.remove(state.deferred)) end
end

--------------------------------------------------------------------------------------------------- what it leaves behind

local function add_leaks(t, level)
  local owner = t.state.owner
  local found = leaks().find(raw, owner)
  if not found then return end
  for _, leak in ipairs(found) do
    if level ~= "off" and leak.text then
      t.state.leaks = t.state.leaks or {}
      table.insert(t.state.leaks, leak)
    end
  end
  local how = finish_in(0, LEFT_SECONDS, "end of what was left", leaks().stop, found)
  if how then add_warning(t, "what it has left behind did not end within 5 s") end
end

-- Errors of its tasks, threads and processes that nobody has received.
local function add_unobserved(t)
  local handles, owners = raw.failures()
  for i, handle in ipairs(handles or {}) do
    local owner = owners[i]
    if owner == t.state.owner then
      leaks().note_failure(t, handle)
    elseif owner == 0 then
      session.unobserved[handle] = true
    end
  end
end

local function add_surroundings(t)
  if raw.surroundings() == session.surroundings then return end
  for _, text in ipairs(leaks().restore_surroundings(raw, session)) do
    if session.is_spec then
      add_warning(t, text)
    else
      note_text(t, text)
    end
  end
  session.surroundings = raw.surroundings()
end

local function add_globals(t)
  local count = raw.count(_G)
  if count == session.global_count then return end
  session.global_count = count
  local known = session.globals
  for key in next, _G do
    if not known[key] then
      known[key] = true
      add_warning(t, "a new global: " .. tostring(key))
    end
  end
end

local function look_after(t, level)
  if raw.signals() ~= session.signals then
    local list = leaks().restore_signals(raw, session)
    if level ~= "off" and #list > 0 then t.state.leaks = list end
  end
  if level ~= "off" then
    local before = t.state.descriptors
    add_leaks(t, level)
    if before then leaks().check_descriptors(t, before) end
  elseif raw.strands(t.state.owner) then
    add_leaks(t, level)
  end
  add_unobserved(t)
  add_surroundings(t)
  add_globals(t)
  if level == "fail" or level == "strict" then
    for _, leak in ipairs(t.state.leaks or {}) do note_text(t, "leak: " .. leak.text, { where = leak.at, is_leak = true }) end
  end
end

-------------------------------------------------------------------------------------------------------------- one run

local function new_test(name, id, node, parent)
  local owner = session.next_owner
  session.next_owner = owner + 1
  local state = { session = session, owner = owner, failures = {}, parent = parent, count = 0 }
  local t = context.new(name, id, session.path, node.line, state)
  state.t = t
  session.by_owner[owner] = t
  return t
end

local function note_late(t, seconds, records)
  note_text(t, ("timeout: it did not end within %.14g s"):format(seconds), {
    where = failures().place_of(t.state.task, records), strands = failures().of_strands(records),
    traceback = failures().clean((t.state.cancelled or {})[2]),
  })
end

-- Runs the test once. Returns "timeout" if it had to be stopped.
local function run_once(t, node, seconds, guard)
  local options = suite.options(node)
  local level = options.leaks or session.leaks
  t.state.leak_level = level
  if level == "strict" then t.state.descriptors = leaks().descriptors() end
  local clock <close> = session.start_clock(t, options)
  local task = raw.start(t.state.owner, perform, t, node)
  t.state.task = task
  local how, found = wait_for(task, seconds, guard)
  local stopped = session.stopped or {}
  session.stopped = nil
  local inner = stopped[1] and stopped[1].t or t -- the innermost: there it is told
  t.state.has_ended = true
  if how == "timeout" then
    note_late(inner, seconds, found)
  elseif how == "deadlock" then
    note_text(inner, failures().of_deadlock(found), { where = tostring(found):match("\n  task " .. inner.state.task.id ..
      "[^\n]- waits %([^\n]-%) at ([^\n]-:%d+)") })
  elseif how == "ended" then
    note(t, found)
  elseif t.state.cancelled and #t.state.failures == 0 then
    note(t, t.state.cancelled[1], t.state.cancelled[2])
  end
  for i, sub in ipairs(stopped) do
    sub.finish(i == 1 and how == "timeout" and "timeout" or "failed")
  end
  if needs_teardown(t, node) then
    emit{ event = "cleanup", id = t.id, seconds = CLEANUP_SECONDS }
    local late = finish_in(t.state.owner, CLEANUP_SECONDS, "end of the test", tear_down, t, node)
    if late then note_text(t, ("what comes after the test did not end: %s"):format(late)) end
  end
  look_after(t, how and "off" or level)
  session.by_owner[t.state.owner] = nil
  return how == "timeout" and "timeout" or nil
end

-- "passed" and so on, by what was noted.
local function status_of(t, node, how)
  local state, fails = t.state, suite.options(node).fails
  if how == "timeout" and not fails then return "timeout" end
  if #state.failures > 0 then return fails and "expected" or "failed" end
  if state.skipped then return "skipped" end
  if fails then
    note_text(t, "it passed, and was expected to fail", { where = ("%s:%d"):format(node.file, node.line) })
    return "failed"
  end
  return "passed"
end

local function end_event(t, status, seconds)
  local state = t.state
  return {
    event = "end", id = t.id, name = t.name, status = status, seconds = seconds, line = t.line,
    failures = #state.failures > 0 and state.failures or nil, leaks = state.leaks, warnings = state.warnings,
    log = state.log, reason = type(state.skipped) == "string" and state.skipped or nil,
  }
end

-- Runs a test of the file, as often as is wanted.
local function run_test(node)
  local options = session.options
  local own = suite.options(node)
  local name, seconds = suite.full_name(node), own.timeout or options.timeout or DEFAULT_SECONDS
  local retries = own.retry or options.retry or 0
  local times = options["repeat"] or 1
  local begin = { event = "begin", id = node.id, name = name, line = node.line }
  emit(begin)
  local started = now()
  local skip = own.skip
  local blocked = node.parent.blocked
  local t, status
  local attempts, round = {}, 1
  if skip or blocked then
    t = new_test(name, node.id, node)
    session.by_owner[t.state.owner] = nil
    t.state.skipped = skip
    if blocked and not skip then t.state.failures[1] = blocked end
    status = blocked and not skip and "failed" or "skipped"
  end
  local orders
  if not status and session.is_exploring then
    t = new_test(name, node.id, node)
    t.state.failures, orders = require("plait.test.explored").run(session, node)
    session.by_owner[t.state.owner] = nil
    status = status_of(t, node)
  end
  while not status do
    t = new_test(name, node.id, node)
    status = status_of(t, node, run_once(t, node, seconds, session.guard))
    if (status == "failed" or status == "timeout") and #attempts < retries then
      attempts[#attempts + 1] = t.state.failures
      status = nil
    elseif status == "passed" and round < times then
      round, status = round + 1, nil
    end
  end
  local event = end_event(t, status, now() - started)
  if #attempts > 0 then
    event.retries, event.attempts = #attempts, attempts
    event.flaky = status == "passed" or nil
  end
  if status == "failed" and round > 1 then event.round = round end
  event.orders = orders
  event.replay = #t.state.failures > 0 and t.state.failures[1].replay or nil
  session.counts[status] = (session.counts[status] or 0) + 1
  emit(event)
  return status
end

--------------------------------------------------------------------------------------------------------- before and after

-- A failure that belongs to no test.
local function report_failure(id, name, list, line)
  emit{ event = "begin", id = id, name = name, line = line }
  emit{ event = "end", id = id, name = name, line = line, status = "failed", seconds = 0, failures = list }
  session.counts.failed = (session.counts.failed or 0) + 1
end

local function call_hooks(list, where)
  local t = new_test(where, "0", { line = 0 })
  t.state.owner = 0
  finish_in(0, session.options.timeout or DEFAULT_SECONDS, where, function()
    for _, hook in ipairs(list) do
      local ok, err, traceback = catch(hook, session.file_test)
      if not ok then
        note(t, err, traceback, where)
        break
      end
    end
  end)
  return t.state.failures[1]
end

local function enter(group)
  if group.parent and group.parent.blocked then group.blocked = group.parent.blocked end
  if group.before_all and not group.blocked then group.blocked = call_hooks(group.before_all, "before_all") end
  session.entered[#session.entered + 1] = group
end

local function leave(group)
  session.entered[#session.entered] = nil
  if not group.after_all then return end
  local failure = call_hooks(group.after_all, "after_all")
  if failure then
    session.extra = session.extra + 1
    local name = (group.name and suite.full_name(group) .. " › " or "") .. "after_all"
    report_failure("after" .. session.extra, name, { failure }, group.line or 0)
  end
end

-- Leaves the groups that the next test is not in, and enters those it is in.
local function go_to(chain)
  local entered = session.entered
  local common = 0
  while entered[common + 1] and entered[common + 1] == chain[common + 1] do common = common + 1 end
  while #entered > common do leave(entered[#entered]) end
  for i = common + 1, #chain do enter(chain[i]) end
end

----------------------------------------------------------------------------------------------------------- the selection

local function selection() return require "plait.test.selection" end

-- All, as they stand, and whether one of them says something about that.
local function collect(group, list)
  local is_special = group.options.only or group.options.tags
  for _, node in ipairs(group.children) do
    if node.kind == "test" then
      list[#list + 1] = node
      is_special = is_special or node.options.only or node.options.tags
    else
      is_special = collect(node, list) or is_special
    end
  end
  return is_special
end

local selecting = { "filter", "filter_out", "tags", "no_tags", "only_lines", "ids", "select", "shuffle" }

local function select_tests(root)
  local list = {}
  session.has_tags = collect(root, list)
  local is_special = session.has_tags
  for _, name in ipairs(selecting) do is_special = is_special or session.options[name] end
  if not is_special then return list, true end
  return selection().of(root, session.options)
end

local function plan_of(list)
  local tests = {}
  for i, node in ipairs(list) do
    local tags
    if session.has_tags or session.is_spec then
      tags = {}
      for tag in next, selection().tags_of(node) do tags[#tags + 1] = tag end
      table.sort(tags)
    end
    local options = suite.options(node)
    tests[i] = { id = node.id, name = suite.full_name(node), line = node.line, last_line = node.last_line,
      tags = tags and #tags > 0 and tags or nil, skip = options.skip or nil, timeout = options.timeout }
  end
  return { event = "plan", tests = tests }
end

---------------------------------------------------------------------------------------------------------------- a file

-- For t:run, whose module is loaded at the first one.
local core = { new_test = new_test, perform = perform, needs_teardown = needs_teardown, tear_down = tear_down,
  note_late = note_late, note_text = note_text, note = note, add_unobserved = add_unobserved, status_of = status_of,
  end_event = end_event, emit = emit }

local function run_subtest(...) return require "plait.test.subtests"(core, ...) end

local function start_clock(t, options)
  if (options.clock or session.options.clock) ~= "virtual" then return nil end
  t.state.clock = require("plait.test.clock").start()
  return t.state.clock
end

local function begin_session(path, options, sink)
  session = {
    path = path, options = options, emit = sink, guard = raw.guard(), by_owner = {}, next_owner = 1, counts = {},
    fixtures = {}, entered = {}, extra = 0, globals = {}, unobserved = {}, exit_error = setmetatable({}, {
      __name = "exit", __tostring = function() return "os.exit was called" end }),
    surroundings = raw.surroundings(), environment = raw.environment(), cwd = raw.cwd(), signals = raw.signals(),
    locale = os.setlocale(nil), is_spec = options.bdd or path:find("_spec%.lua$") ~= nil,
    run_subtest = run_subtest, start_clock = start_clock,
  }
  session.file_test = context.new(path, "0", path, 0, { session = session, owner = 0, failures = {}, count = 0 })
  session.file_test.state.t = session.file_test
  session.is_exploring = options.explore ~= nil or options.replay ~= nil
  session.leaks = options.leaks or (session.is_spec and "warn" or "fail")
  raw.on_assert(on_assert)
  raw.on_exit(on_exit)
end

local function end_session()
  raw.on_assert(nil)
  raw.on_exit(nil)
  session.guard:close()
  suite.current, suite.is_busy = nil, false
end

-- Fixtures of the file, and what it has deferred; what nobody has received.
local function finish_file()
  local t = session.file_test
  t.state.fixtures = session.fixtures
  if needs_teardown(t, {}) or #session.fixtures > 0 then
    local late = finish_in(0, CLEANUP_SECONDS, "end of the file", tear_down, t, {})
    if late then note_text(t, "what comes at the end of the file did not end: " .. late) end
  end
  add_unobserved{ state = { owner = -1 } }
  for handle in next, session.unobserved do leaks().note_failure(t, handle) end
  if #t.state.failures > 0 then report_failure("file", "end of the file", t.state.failures, 0) end
end

-- The tests of a *_spec.lua file.
local function run_spec(root)
  local lines = session.options.only_lines
  local has_lines = lines and #lines > 0
  local runner = require("plait.test.spec_run").new(session, {
    finish_in = finish_in, report_failure = report_failure, run_test = run_test, plan_of = plan_of,
    is_selected = function(node)
      local is_chosen = selection().is_selected(node, session.options)
        and (not has_lines or selection().is_at_line(node, lines))
      if not is_chosen then session.is_partial = true end
      return is_chosen
    end,
  })
  emit(plan_of{})
  runner.run(root)
  return not session.is_partial and not session.is_over
end

local function run_plain(root)
  local list, is_all = select_tests(root)
  emit(plan_of(list))
  if session.options.list then return false end
  local most = session.options.max_failures
  for _, node in ipairs(list) do
    if not session.is_exploring then go_to(chain_of(node)) end
    run_test(node)
    if most and (session.counts.failed or 0) + (session.counts.timeout or 0) >= most then
      is_all = false
      break
    end
  end
  go_to{}
  return is_all
end

local function run_all(root)
  local started = now()
  for key in next, _G do session.globals[key] = true end
  session.global_count = raw.count(_G)
  local is_all
  if session.is_spec then is_all = run_spec(root) else is_all = run_plain(root) end
  finish_file()
  local counts = session.counts
  local failed = (counts.failed or 0) + (counts.timeout or 0)
  if session.snapshots then
    local is_whole = is_all and failed == 0 and not counts.skipped
    local ok, message = require("plait.test.snapshot").finish(session, is_whole)
    if not ok then report_failure("snapshots", "snapshots", { { message = "cannot be written: " .. message } }, 0) end
  end
  failed = (counts.failed or 0) + (counts.timeout or 0)
  local result = { event = "done", seconds = now() - started, passed = counts.passed or 0, failed = failed,
    skipped = (counts.skipped or 0) + (counts.expected or 0) }
  emit(result)
  return result
end

-- Reads the file, which adds its tests. Returns the record of the failure if it could not be done.
local function read_file(path, options)
  local spec = session.is_spec and require "plait.test.spec"
  local chunk, message = loadfile(path, "t", spec and spec.environment() or _G)
  if not chunk then
    local where, rest = message:match("^([^\n]-:%d+): (.*)$")
    return { message = rest or message, where = where, excerpt = failures().excerpt(where) }
  end
  local failure
  local how, found = finish_in(0, options.timeout or DEFAULT_SECONDS, "reading of the file", function()
    local ok, err, traceback
    if spec then
      ok, err, traceback = catch(spec.within, suite.root, nil, chunk)
    else
      ok, err, traceback = catch(chunk)
    end
    if not ok then failure = failures().of(err, traceback) end
  end)
  if how == "timeout" then
    return { message = "timeout: the file could not be read in time", strands = failures().of_strands(found) }
  end
  if how == "deadlock" then return { message = failures().of_deadlock(found) } end
  return failure
end

-- run(path, options, emit) -> the event "done"
function run.run(path, options, sink)
  if type(path) ~= "string" then suite.usage("run: argument 1 is %s, not a path", internal.describe(path)) end
  begin_session(path, options or {}, sink or function() end)
  local closing <close> = setmetatable({}, { __close = end_session })
  emit{ event = "file", path = path }
  local root = suite.begin(path)
  suite.is_busy = true
  local failure = read_file(path, session.options)
  suite.current = nil
  if failure then
    emit{ event = "plan", tests = {} }
    report_failure("file", "the file", { failure }, 0)
    local result = { event = "done", seconds = 0, passed = 0, failed = 1, skipped = 0 }
    emit(result)
    return result
  end
  return run_all(root)
end

-- For a test file that is run as a script: runs what it has said, and prints what comes of it.
function run.alone(root)
  local plain = require "plait.test.plain"
  begin_session(root.file, {}, plain.emit)
  local closing <close> = setmetatable({}, { __close = end_session })
  suite.current, suite.is_busy = nil, true
  local result = run_all(root)
  plain.finish(result)
  return result.failed == 0
end

-- As a function it is run.run.
return setmetatable(run, { __call = function(_, ...) return run.run(...) end })
