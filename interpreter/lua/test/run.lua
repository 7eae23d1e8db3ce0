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

-- The report of a deadlock without this strand, which waits for the test.
local function clean_deadlock(err)
  local lines = {}
  for line in tostring(err):gmatch("[^\n]+") do
    if not line:find("^  the main script waits %(await%)") then lines[#lines + 1] = line end
  end
  lines[1] = (lines[1] or "deadlock"):gsub("^.-deadlock: ", "deadlock: ")
  return table.concat(lines, "\n")
end

local function strands_text(records)
  local list = {}
  for _, record in ipairs(records or {}) do
    if record.kind ~= "main" then list[#list + 1] = record end
  end
  if #list == 0 then return nil end
  local lines = {}
  for _, record in ipairs(list) do
    lines[#lines + 1] = ("  %s%s%s%s%s"):format(record.key, record.name and (" '%s'"):format(record.name) or "",
      record.wait and (" waits (%s)"):format(record.wait) or " runs", record.place and " at " .. record.place or "",
      record.object and " for " .. record.object or "")
  end
  return table.concat(lines, "\n")
end

------------------------------------------------------------------------------------------------------------ fixtures

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
  state.has_ended = true
  state.ready:set()
end

local function open_fixture(fixture, t, owner, list)
  local state = { fixture = fixture, ready = plait.Event(), release = plait.Event() }
  list[#list + 1] = state
  list[fixture] = state
  state.task = raw.start(owner, run_fixture, state, t)
  raw.name(state.task, "fixture of " .. fixture.at)
  state.ready:wait()
  if state.has_failed then
    state.is_told_of = true
    error(state.err, 0)
  end
  if not state.is_used then error("the fixture of " .. fixture.at .. " has ended without calling use", 0) end
  return state
end

-- Returns whether it has ended well; else its error and traceback.
local function close_fixture(state)
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
local function use(t, fixture)
  local state = t.state
  local is_for_file = fixture.scope == "file"
  local list = is_for_file and session.fixtures or state.fixtures
  if not list then
    list = {}
    state.fixtures = list
  end
  local opened = list[fixture]
  if opened and opened.has_failed then error(opened.err, 0) end
  if not opened then
    opened = open_fixture(fixture, is_for_file and session.file_test or t, is_for_file and 0 or state.owner, list)
  end
  return table.unpack(opened.values, 1, opened.values.n)
end

local function fixture_values(t, list)
  local values = {}
  for i, fixture in ipairs(list) do
    if getmetatable(fixture) ~= suite.fixture then
      suite.usage("test: fixtures[%d] is %s, not a fixture", i, internal.describe(fixture))
    end
    values[i] = use(t, fixture)
  end
  return values, #list
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
  local fixtures = suite.options(node).fixtures
  if not fixtures then return node.fn(t) end
  local values, count = fixture_values(t, fixtures)
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
  local fixtures = state.fixtures or {}
  for i = #fixtures, 1, -1 do
    local fixture = fixtures[i]
    local ok, err, traceback = close_fixture(fixture)
    if not ok then note(t, err, traceback, "the end of the fixture of " .. fixture.fixture.at) end
  end
  while state.deferred and #state.deferred > 0 do step("t.defer", table.remove(state.deferred)) end
end

--------------------------------------------------------------------------------------------------- what it leaves behind

local function add_leaks(t, level)
  local owner = t.state.owner
  local found = require("plait.test.leaks").find(raw, owner)
  if not found then return end
  for _, leak in ipairs(found) do
    if level ~= "off" and leak.text then
      t.state.leaks = t.state.leaks or {}
      table.insert(t.state.leaks, leak)
    end
  end
  local how = finish_in(0, LEFT_SECONDS, "end of what was left", require("plait.test.leaks").stop, found)
  if how then add_warning(t, "what it has left behind did not end within 5 s") end
end

-- Errors of its tasks, threads and processes that nobody has received.
local function add_unobserved(t)
  local handles, owners = raw.failures()
  for i, handle in ipairs(handles or {}) do
    local owner = owners[i]
    if owner == t.state.owner then
      require("plait.test.leaks").note_failure(t, handle)
    elseif owner == 0 then
      session.unobserved[handle] = true
    end
  end
end

local function add_surroundings(t)
  if raw.surroundings() == session.surroundings then return end
  for _, text in ipairs(require("plait.test.leaks").restore_surroundings(raw, session)) do
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
    local list = require("plait.test.leaks").restore_signals(raw, session)
    if level ~= "off" and #list > 0 then t.state.leaks = list end
  end
  if level ~= "off" then
    local before = t.state.descriptors
    add_leaks(t, level)
    if before then require("plait.test.leaks").check_descriptors(t, before) end
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
  session.by_owner[owner] = t
  return t
end

-- Where the test's own task was.
local function place_of(t, records)
  for _, record in ipairs(records or {}) do
    if record.kind == "task" and record.id == t.state.task.id then return record.place end
  end
end

local function note_late(t, seconds, records)
  note_text(t, ("timeout: it did not end within %.14g s"):format(seconds), {
    where = place_of(t, records), strands = strands_text(records), traceback = failures().clean((t.state.cancelled or {})[2]),
  })
end

-- Runs the test once. Returns "timeout" if it had to be stopped.
local function run_once(t, node, seconds, guard)
  local options = suite.options(node)
  local level = options.leaks or session.leaks
  t.state.leak_level = level
  if level == "strict" then t.state.descriptors = require("plait.test.leaks").descriptors() end
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
    note_text(inner, clean_deadlock(found), { where = tostring(found):match("\n  task " .. inner.state.task.id ..
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
  session.counts[status] = (session.counts[status] or 0) + 1
  emit(event)
  return status
end

-- What it has left behind.
local function end_of_subtest(t, level)
  local found = require("plait.test.leaks").find(raw, t.state.owner)
  if found then
    require("plait.test.leaks").stop(found)
    if level ~= "off" and #found > 0 then t.state.leaks = found end
    if level == "fail" or level == "strict" then
      for _, leak in ipairs(found) do note_text(t, "leak: " .. leak.text, { where = leak.at, is_leak = true }) end
    end
  end
  add_unobserved(t)
end

-- For t:run.
local function run_subtest(parent, name, options, fn)
  local state = parent.state
  state.count = state.count + 1
  local file, line = suite.place()
  local node = { kind = "test", name = name, options = options, parent = { options = {} }, file = file, line = line,
    around = function(t)
      if not options.fixtures then return fn(t) end
      local values, count = fixture_values(t, options.fixtures)
      return fn(t, table.unpack(values, 1, count))
    end }
  local t = new_test(parent.name .. " › " .. name, parent.id .. "." .. state.count, node, parent)
  emit{ event = "begin", id = t.id, name = t.name, line = line, parent = parent.id }
  local started = now()
  local status
  if options.skip then
    t.state.skipped, status = options.skip, "skipped"
  else
    local level = options.leaks or state.leak_level or "fail"
    t.state.leak_level = level
    local task = raw.start(t.state.owner, perform, t, node)
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
        note_late(t, options.timeout, guard:records())
      elseif ok and t.state.cancelled and #t.state.failures == 0 then
        note(t, t.state.cancelled[1], t.state.cancelled[2])
      end
      if guard then guard:close() end
      if needs_teardown(t, node) then
        local after = raw.start(t.state.owner, tear_down, t, node)
        raw.name(after, "end of the test")
        pcall(await, after)
      end
      end_of_subtest(t, ok and level or "off")
      if ok then status = status_of(t, node, is_late and "timeout") end
    end)
    if not ok then
      session.stopped = session.stopped or {}
      table.insert(session.stopped, { t = t, finish = function(how)
        emit(end_event(t, how, now() - started))
        note_text(parent, ("the subtest %q has failed"):format(name), { where = ("%s:%d"):format(file, line),
          is_subtest = true })
      end })
      error(err, 0)
    end
  end
  session.by_owner[t.state.owner] = nil
  emit(end_event(t, status, now() - started))
  if status == "failed" or status == "timeout" then
    state.failed_children = (state.failed_children or 0) + 1
    note_text(parent, ("the subtest %q has failed"):format(name), { where = ("%s:%d"):format(file, line), is_subtest = true })
    return false
  end
  return true
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
    report_failure("after" .. session.extra, (group.name and suite.full_name(group) .. " › " or "") .. "after_all", { failure },
      group.line or 0)
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

local function matches_any(list, text)
  if type(list) == "string" then list = { list } end
  for _, pattern in ipairs(list) do
    local ok, found = pcall(string.find, text, pattern)
    if text:find(pattern, 1, true) or (ok and found) then return true end
  end
  return false
end

local function tags_of(node)
  local tags = {}
  while node do
    for _, tag in ipairs(node.options.tags or {}) do tags[tag] = true end
    node = node.parent
  end
  return tags
end

local function has_tag(list, tags)
  if type(list) == "string" then list = { list } end
  for _, tag in ipairs(list) do
    if tags[tag] then return true end
  end
  return false
end

-- The lines of a group select all that is in it, unless a test in it is selected.
local function by_lines(tests, lines)
  local chosen = {}
  for _, line in ipairs(lines) do
    local best, size = {}, math.huge
    for _, node in ipairs(tests) do
      local at = node
      while at do
        if at.line and line >= at.line and line <= at.last_line then
          local extent = at.last_line - at.line
          if extent < size then best, size = {}, extent end
          if extent == size then best[node] = true end
          break
        end
        at = at.parent
      end
    end
    for node in next, best do chosen[node] = true end
  end
  return chosen
end

local function has_only(node)
  while node do
    if node.options.only then return true end
    node = node.parent
  end
end

-- In their order; `shuffle` mixes what is in a group, by the seed.
local function collect(group, list, random)
  local children = group.children
  if random then
    children = table.move(children, 1, #children, 1, {})
    for i = #children, 2, -1 do
      local j = random(i)
      children[i], children[j] = children[j], children[i]
    end
  end
  for _, node in ipairs(children) do
    if node.kind == "test" then
      list[#list + 1] = node
    else
      collect(node, list, random)
    end
  end
  return list
end

-- A sequence of its own (xorshift), so that every process gets the same one.
local function random_of(seed)
  local state = (math.tointeger(seed) or 0) ~ 0x2545F4914F6CDD1D
  if state == 0 then state = 1 end
  return function(most)
    state = state ~ (state << 13)
    state = state ~ (state >> 7)
    state = state ~ (state << 17)
    return (state >> 1) % most + 1
  end
end

local function is_selected(node, options)
  local name = session.path .. " › " .. suite.full_name(node)
  local tags = (options.tags or options.no_tags) and tags_of(node)
  return (not options.ids or options.ids[node.id])
    and (not options.filter or matches_any(options.filter, name))
    and (not options.filter_out or not matches_any(options.filter_out, name))
    and (not options.tags or has_tag(options.tags, tags))
    and (not options.no_tags or not has_tag(options.no_tags, tags))
end

-- Whether one of the lines is in the test, or the first one of a block around it.
local function is_at_line(node, lines)
  for _, line in ipairs(lines) do
    if line >= node.line and line <= node.last_line then return true end
    local group = node.parent
    while group do
      if group.line == line then return true end
      group = group.parent
    end
  end
  return false
end

local function select_tests(root, options)
  local random = options.shuffle and random_of(options.seed or 0)
  local all = collect(root, {}, random)
  local is_only = false
  for _, node in ipairs(all) do is_only = is_only or has_only(node) end
  local chosen = options.only_lines and #options.only_lines > 0 and by_lines(all, options.only_lines)
  local list = {}
  for _, node in ipairs(all) do
    if (not is_only or chosen or has_only(node)) and (not chosen or chosen[node]) and is_selected(node, options) then
      list[#list + 1] = node
    end
  end
  return list, #list == #all
end

local function plan_of(list)
  local tests = {}
  for i, node in ipairs(list) do
    local tags = {}
    for tag in next, tags_of(node) do tags[#tags + 1] = tag end
    table.sort(tags)
    tests[i] = { id = node.id, name = suite.full_name(node), line = node.line, last_line = node.last_line,
      tags = #tags > 0 and tags or nil, skip = suite.options(node).skip or nil }
  end
  return { event = "plan", tests = tests }
end

---------------------------------------------------------------------------------------------------------------- a file

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
    locale = os.setlocale(nil), is_spec = options.bdd or path:find("_spec%.lua$") ~= nil, run_subtest = run_subtest, use = use, start_clock = start_clock,
  }
  session.file_test = context.new(path, "0", path, 0, { session = session, owner = 0, failures = {}, count = 0 })
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
  for handle in next, session.unobserved do require("plait.test.leaks").note_failure(t, handle) end
  if #t.state.failures > 0 then report_failure("file", "end of the file", t.state.failures, 0) end
end

-- The tests of a *_spec.lua file.
local function run_spec(root)
  local lines = session.options.only_lines
  local has_lines = lines and #lines > 0
  local runner = require("plait.test.spec_run").new(session, {
    finish_in = finish_in, report_failure = report_failure, run_test = run_test, plan_of = plan_of,
    is_selected = function(node)
      local is_chosen = is_selected(node, session.options) and (not has_lines or is_at_line(node, lines))
      if not is_chosen then session.is_partial = true end
      return is_chosen
    end,
  })
  emit(plan_of{})
  runner.run(root)
  return not session.is_partial and not session.is_over
end

local function run_plain(root)
  local list, is_all = select_tests(root, session.options)
  emit(plan_of(list))
  local most = session.options.max_failures
  for _, node in ipairs(list) do
    go_to(chain_of(node))
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
  if how == "timeout" then return { message = "timeout: the file could not be read in time", strands = strands_text(found) } end
  if how == "deadlock" then return { message = clean_deadlock(found) } end
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
