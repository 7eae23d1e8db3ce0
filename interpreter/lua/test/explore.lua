-- plait.test.explore: runs a program in many orders of its strands, and finds one in which it fails.
--
--     local report = require "plait.test.explore".run{ command = { "script.lua" }, count = 1000 }
--
-- Each order is tried by a new process, whose strands are picked (exec/steer.h) by a strategy or as they were before. The
-- process keeps a journal of what was picked in a file that it shares with this one, so all is known however it ends.

local internal = require "plait.internal"
local plait = require "plait"
local journal = require "plait.test.journal"

local explore = {}

local LIMIT = 100000 -- steps of one run
local SECONDS = 30 -- of one run, by the machine's clock
local SHRINKS = 400 -- runs to make a failing order simpler
local JOBS = 2

local function usage(...) internal.raise("usage", (...):format(select(2, ...))) end

---------------------------------------------------------------------------------------------------------- strategies

-- "pct:3" -> what one run is told, by its number (from 1 on).
local function parse_strategy(text)
  local depth = text:match("^pct:(%d+)$")
  if text == "pct" then depth = 3 end
  depth = math.tointeger(depth)
  if depth and (depth < 1 or depth > 16) then usage("explore: the depth of 'pct:%d' is not from 1 to 16", depth) end
  if depth then return { kind = "pct", depth = depth } end
  if text == "random" or text == "both" or text == "cancel" then return { kind = text, depth = 3 } end
  usage("explore: there is no strategy '%s'; there are 'both', 'pct:DEPTH', 'random' and 'cancel'", text)
end

-- The orders of run `number`. The first is the one without switches.
local function orders_of(spec, number)
  local strategy = spec.strategy
  local orders = { limit = spec.limit, seed = spec.seed + number, depth = strategy.depth, expected = spec.expected }
  if strategy.kind == "cancel" then
    orders.cancel = number
  elseif number == 1 then
    orders.strategy = "first"
  elseif strategy.kind == "both" then
    orders.strategy = number % 2 == 0 and "random" or "pct"
  else
    orders.strategy = strategy.kind
  end
  return orders
end

-------------------------------------------------------------------------------------------------------------- one run

local function start_words(spec, path)
  local words = { "/proc/self/exe" }
  for _, word in ipairs(spec.command) do words[#words + 1] = word end
  words.env = { PLAIT_SCHEDULE = path }
  for name, value in next, spec.env or {} do words.env[name] = value end
  words.cwd = spec.cwd
  words.check, words.timeout, words.limit = false, spec.seconds, 1 << 24
  return words
end

-- Why the run counts as a failure; nil: it does not.
local function judge(spec, result)
  local stage = result.stage
  if result.is_late then return "hang" end
  if stage == "endless" then return "endless" end
  if stage == "diverged" then return "diverged" end
  if result.signal then return "crash" end
  if stage == "deadlock" then return "deadlock" end
  if spec.strategy.kind == "cancel" and result.cancelled then
    return result.abandoned > 0 and "abandoned" or result.code == spec.leak_code and "leak" or nil
  end
  if result.code ~= 0 then return "failure" end
end

-- Runs it once, with those orders.
local function run_once(spec, orders)
  local path = journal.create(spec.directory, orders)
  local removed <close> = setmetatable({}, { __close = function() os.remove(path) end })
  local words = start_words(spec, path)
  if spec.before then spec.before(words, path) end
  local ended, why = plait.exec(words)
  local result = journal.read(path, orders)
  if ended then
    result.code, result.signal, result.stdout, result.stderr = ended.code, ended.signal, ended.stdout, ended.stderr
  else
    result.is_late, result.stdout, result.stderr = true, "", tostring(why)
  end
  result.cancelled = (orders.cancel or 0) > 0 and result.waits >= orders.cancel
  result.orders = orders
  if spec.after then spec.after(result, path) end
  result.how = judge(spec, result)
  return result
end

-- Orders that repeat what a run has picked, up to the last switch.
local function repeat_orders(spec, run, fields)
  local picks = run.picks
  local last = #picks
  while last > 0 and journal.which(picks[last]) == 0 do last = last - 1 end
  local orders = { strategy = "repeat", limit = spec.limit, seed = 0, cancel = run.orders.cancel,
    picks = table.move(picks, 1, last, 1, {}) }
  for key, value in next, fields or {} do orders[key] = value end
  return orders
end

------------------------------------------------------------------------------------------------------------- searching

-- The failing run of the lowest number, or nil; how many runs there were.
local function search(spec)
  local next_number, failed, done = 1, nil, 0
  local is_over = false
  local function work()
    while not failed and not is_over and next_number <= spec.count do
      local number = next_number
      next_number = number + 1
      local run = run_once(spec, orders_of(spec, number))
      done = done + 1
      run.number = number
      spec.expected = math.max(spec.expected, run.made)
      if run.how and (not failed or number < failed.number) then failed = run end
      -- Every wait has been tried.
      if spec.strategy.kind == "cancel" and not run.cancelled then is_over = true end
      if spec.progress then spec.progress(done, spec.count) end
    end
  end
  local tasks = {}
  for i = 1, spec.jobs do tasks[i] = internal.async(work) end
  plait.gather(tasks)
  return failed, done
end

-- Fewer switches, as long as it fails in the same way: first many at once are left out, then one by one.
local function shrink(spec, run)
  local left = SHRINKS
  local function try(picks)
    left = left - 1
    local again = run_once(spec, { strategy = "repeat", limit = spec.limit, seed = 0, cancel = run.orders.cancel, picks = picks })
    return again.how == run.how and again or nil
  end
  local function switches(picks)
    local list = {}
    for i, pick in ipairs(picks) do
      if journal.which(pick) ~= 0 then list[#list + 1] = i end
    end
    return list
  end
  local best = try(repeat_orders(spec, run).picks)
  if not best then return nil end
  local list = switches(best.picks)
  local size = #list
  while size >= 1 and left > 0 do
    local from, has_shrunk = #list, false
    while from >= 1 and left > 0 do
      local picks = table.move(best.picks, 1, #best.picks, 1, {})
      for i = math.max(1, from - size + 1), from do picks[list[i]] = 0 end
      local again = try(picks)
      local fewer = again and switches(again.picks)
      if again and #fewer < #list then
        best, list, has_shrunk = again, fewer, true
        from = math.min(from - size, #list)
      else
        from = from - size
      end
    end
    if size == 1 and not has_shrunk then break end
    if size > 1 then size = math.max(1, math.min(size // 2, #list)) end
    if #list == 0 then break end
  end
  return best
end

-------------------------------------------------------------------------------------------------------------- reports

local sources = {}

-- The line of a source, without the blanks around it.
local function source_line(spec, source, number)
  local lines = sources[source]
  if not lines then
    lines = {}
    local file = io.open(source:sub(1, 1) == "/" and source or (spec.cwd and spec.cwd .. "/" or "") .. source)
    if file then
      for line in file:lines() do lines[#lines + 1] = line:match("^%s*(.-)%s*$") end
      file:close()
    end
    sources[source] = lines
  end
  return lines[number]
end

local MOST_ROWS = 40

-- What the strands did, in their order: {strand =, source =, line =, what =, code =, is_switch =}. Long stretches without a
-- switch are cut.
local function rows_of(spec, log)
  local all = {}
  for line in log:gmatch("[^\n]+") do
    local strand, source, number, what = line:match("^(.-)\t(.-)\t(%d+)\t(.*)$")
    local last = all[#all]
    local is_theirs = strand and source ~= "?" and source ~= "(command line)"
    if is_theirs and not (last and last.strand == strand and last.source == source and last.line == tonumber(number)) then
      all[#all + 1] = { strand = strand, source = source, line = tonumber(number), what = what,
        is_switch = last ~= nil and last.strand ~= strand }
    end
  end
  for _, row in ipairs(all) do row.code = source_line(spec, row.source, row.line) or row.what end
  if #all <= MOST_ROWS then return all end
  local rows = {}
  for i, row in ipairs(all) do
    local near = i <= 2 or i >= #all - 2
    for k = math.max(1, i - 1), math.min(#all, i + 1) do near = near or all[k].is_switch end
    if near then
      rows[#rows + 1] = row
    elseif not (rows[#rows] or {}).is_gap then
      rows[#rows + 1] = { is_gap = true }
    end
  end
  if #rows > 2 * MOST_ROWS then rows = table.move(rows, #rows - 2 * MOST_ROWS + 1, #rows, 1, {}) end
  return rows
end

local function table_of(rows)
  local name_width, place_width, code_width = 6, 4, 10
  for _, row in ipairs(rows) do
    if not row.is_gap then
      row.place = ("%s:%d"):format(row.source:match("[^/]*$"), row.line)
      name_width = math.max(name_width, math.min(#row.strand, 24))
      place_width = math.max(place_width, #row.place)
      code_width = math.max(code_width, math.min(#row.code, 60))
    end
  end
  local lines = {}
  for _, row in ipairs(rows) do
    if row.is_gap then
      lines[#lines + 1] = "    ..."
    else
      local code = #row.code > 60 and row.code:sub(1, 57) .. "..." or row.code
      local text = ("    %-" .. name_width .. "s  %-" .. place_width .. "s  %-" .. code_width .. "s"):format(row.strand,
        row.place, code)
      lines[#lines + 1] = (text .. (row.is_switch and "  <- switch" or "")):gsub("%s+$", "")
    end
  end
  return table.concat(lines, "\n")
end

local function count_switches(rows)
  local count = 0
  for _, row in ipairs(rows) do count = count + (row.is_switch and 1 or 0) end
  return count
end

local said = {
  hang = "it does not get on: a C function blocks, or code that does not wait runs on (after %d s)",
  endless = "it does not end: more than %d steps",
  deadlock = "deadlock: nothing can run any more",
  crash = "it was killed by signal %d",
  abandoned = "a strand that was cancelled left a lock behind",
  leak = "a strand that was cancelled left something behind",
  diverged = "the replay diverges: the program is not the same, or does what depends on something else",
  failure = "it failed with status %d",
}

local function describe(spec, run)
  local numbers = { hang = spec.seconds, endless = spec.limit, crash = run.signal, failure = run.code }
  return said[run.how]:format(numbers[run.how])
end

-- Where a replay left what it was to repeat.
local function divergence(run)
  if run.how == "diverged" then return ("at choice %d of %d"):format(run.made + 1, #run.orders.picks) end
end

local function finish_report(spec, report, run)
  local again = run_once(spec, repeat_orders(spec, run, { is_strict = true, has_log = true }))
  local twice = run_once(spec, repeat_orders(spec, run, { is_strict = true }))
  report.how, report.message = run.how, describe(spec, run)
  report.stdout, report.stderr, report.code, report.signal = again.stdout, again.stderr, again.code, again.signal
  report.detail = again.detail
  report.is_stable = again.how == run.how and twice.how == run.how and again.made == run.made and twice.made == run.made
  report.divergence = divergence(again) or divergence(twice)
  report.rows = rows_of(spec, again.log)
  report.switches = count_switches(report.rows)
  report.table = table_of(report.rows)
  report.replay = journal.encode(run)
  report.cancelled = run.orders.cancel
  return report
end

-- The report as text: what is shown below the name of what failed.
function explore.text(report)
  local lines = {}
  local function add(...) lines[#lines + 1] = (...):format(select(2, ...)) end
  -- What failed in a test is told by itself.
  local what = report.how == "failure" and report.detail and "in this order of its strands" or report.message
  add("%s%s", what, report.number and ("  (order %d of %d, seed %d)"):format(report.number, report.count, report.seed) or "")
  if report.cancelled and report.cancelled > 0 then add("  a strand was cancelled in wait %d", report.cancelled) end
  if #report.rows > 0 then
    add("  what ran (%d switch%s):", report.switches, report.switches == 1 and "" or "es")
    lines[#lines + 1] = report.table
  end
  if not report.is_stable then
    add("  it does not repeat%s: something outside of the program decides, such as time, a file or another process",
      report.divergence and ", " .. report.divergence or "")
  end
  if report.replay then add("  again: --replay %s", report.replay) end
  return table.concat(lines, "\n")
end

-------------------------------------------------------------------------------------------------------------- the calls

local function check_spec(spec)
  local known = { command = true, count = true, strategy = true, seed = true, limit = true, seconds = true, jobs = true, env = true,
    cwd = true, progress = true, before = true, after = true, leak_code = true }
  for key in next, spec do
    if not known[key] then usage("explore: there is no option '%s'", tostring(key)) end
  end
  local copy = {}
  for key, value in next, spec do copy[key] = value end
  copy.strategy = parse_strategy(spec.strategy or "both")
  copy.seed, copy.limit, copy.seconds = spec.seed or 1, spec.limit or LIMIT, spec.seconds or SECONDS
  copy.jobs, copy.count = spec.jobs or JOBS, spec.count or 100
  if copy.strategy.kind == "cancel" then copy.count = math.max(copy.count, 10000) end
  copy.expected = 20
  return copy
end

local function with_directory(spec, f)
  local directory <close> = assert(plait.fs.temp_folder{ prefix = "plait-explore." })
  spec.directory = directory.path
  return f()
end

-- run{command =, count =, strategy =, seed =, ...} -> {count = how many orders were tried} if none failed; else also
-- {number =, how =, message =, replay =, table =, rows =, switches =, is_stable =, stdout =, stderr =, code =, signal =}
function explore.run(spec)
  spec = check_spec(spec)
  return with_directory(spec, function()
    local failed, count = search(spec)
    local report = { count = count, seed = spec.seed }
    if not failed then return report end
    report.number = failed.number
    local best = failed.how ~= "hang" and shrink(spec, failed) or failed
    return finish_report(spec, report, best)
  end)
end

-- replay{command =, replay = "p1:...", ...} -> as run; `how` is nil if it did not fail
function explore.replay(spec)
  local text = spec.replay
  local copy = {}
  for key, value in next, spec do copy[key] = value end
  copy.replay = nil
  spec = check_spec(copy)
  local orders, why = journal.decode(text)
  if not orders then usage("explore: '%s' is no replay: %s", text, why) end
  orders.limit, orders.is_strict, orders.has_log = spec.limit, true, true
  if orders.cancel > 0 then spec.strategy = parse_strategy("cancel") end
  return with_directory(spec, function()
    local run = run_once(spec, orders)
    local report = { count = 1, how = run.how, stdout = run.stdout, stderr = run.stderr, code = run.code, signal = run.signal,
      detail = run.detail, replay = text, cancelled = orders.cancel, rows = rows_of(spec, run.log) }
    report.is_stable = run.made == orders.made and run.how ~= "diverged"
    report.divergence = divergence(run) or (run.made ~= orders.made and ("it made %d choices, and not %d"):format(run.made, orders.made))
    report.switches = count_switches(report.rows)
    report.table = table_of(report.rows)
    report.message = run.how and describe(spec, run) or "it did not fail"
    return report
  end)
end

return explore
