-- plait.test.explored: a test in many orders of its strands (plait.test.explore), each of which is tried by a process that runs
-- this one test.

local suite = require "plait.test.suite"

local explored = {}

local LEAK_CODE = 78

-- In that process: runs the test, prints why it failed. Returns the status of the process.
function explored.single(path, id, options)
  local plain = require "plait.test.plain"
  local has_leaks, has_failed = false, true
  options.ids = { [id] = true }
  require("plait.test.run").run(path, options, function(event)
    if event.event ~= "end" then return end
    plain.emit(event)
    has_failed = event.status ~= "passed" and event.status ~= "skipped" and event.status ~= "expected"
    has_leaks = has_leaks or event.leaks ~= nil
  end)
  if has_leaks then return LEAK_CODE end
  return has_failed and 1 or 0
end

local function command_of(session, node)
  local options = session.options
  local own = ("timeout = %s, bdd = %s, leaks = %q"):format(options.timeout or "nil", tostring(options.bdd or false),
    session.leaks)
  return { "-e", ("os.exit(require('plait.test.explored').single(%q, %q, { %s }), true)"):format(session.path, node.id, own) }
end

-- What the process has printed about the failure, without the heading.
local function details(report)
  local lines = {}
  for line in (report.stdout or ""):gmatch("[^\n]+") do
    if not line:find("^FAIL  ") then lines[#lines + 1] = (line:gsub("^  ", "")) end
  end
  return table.concat(lines, "\n")
end

-- Explores the test, or repeats one order. Returns the failures of its "end" event: a list, empty if it has not failed; and
-- how many orders were tried.
function explored.run(session, node)
  local explore = require "plait.test.explore"
  local options = session.options
  local spec = { command = command_of(session, node), seed = options.seed, strategy = options.strategy, leak_code = LEAK_CODE,
    seconds = (suite.options(node).timeout or options.timeout or 30) + 10 }
  local report
  if options.replay then
    spec.replay = options.replay
    report = explore.replay(spec)
  else
    spec.count = options.explore
    report = explore.run(spec)
  end
  if not report.how then return {}, report.count end
  local text = details(report)
  return { { message = (text ~= "" and text .. "\n" or "") .. explore.text(report), replay = report.replay, how = report.how,
    where = text:match("^([^\n:]+:%d+): ") } }, report.count
end


return explored
