-- plait.test.explored: a test in many orders of its strands (plait.test.explore), each of which is tried by a process that runs
-- this one test. What it has to do is in its environment; the events of the test go back in a file beside the journal.

local suite = require "plait.test.suite"

local explored = {}

local LEAK_CODE = 78 -- of the process: leaks are all that is wrong

-- A value as Lua would read it.
local function write(value)
  if type(value) ~= "table" then return ("%q"):format(type(value) == "function" and "function" or value) end
  local parts = {}
  for key, item in next, value do parts[#parts + 1] = ("[%q]=%s"):format(key, write(item)) end
  return "{" .. table.concat(parts, ",") .. "}"
end

---------------------------------------------------------------------------------------------------- in the process

local function status_of(result)
  if result.status ~= "failed" and result.status ~= "timeout" then return 0 end
  local is_leak = result.failures and #result.failures > 0
  for _, failure in ipairs(result.failures or {}) do is_leak = is_leak and failure.is_leak end
  return is_leak and LEAK_CODE or 1
end

function explored.main()
  local order = load("return " .. os.getenv("PLAIT_EXPLORED"), "=order", "t", {})()
  local result = {}
  require("plait.test.run").run(order.path, order.options, function(event)
    if event.event == "end" then result.status, result.failures, result.leaks = event.status, event.failures, event.leaks end
  end)
  local file <close> = assert(io.open(os.getenv("PLAIT_EXPLORED_RESULT"), "wb"))
  file:write("return ", write(result))
  file:close()
  os.exit(status_of(result))
end

------------------------------------------------------------------------------------------------------ who explores

-- What the process has left, or nil.
local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  os.remove(path)
  local chunk = load(text, "=result", "t", {})
  return chunk and chunk()
end

local function spec_of(session, node)
  local options = session.options
  local copy = { ids = { [node.id] = true }, timeout = options.timeout, bdd = options.bdd, leaks = options.leaks }
  return {
    command = { "-e", 'require "plait.test.explored".main()' },
    env = { PLAIT_EXPLORED = write{ path = session.path, options = copy } },
    before = function(words, path) words.env.PLAIT_EXPLORED_RESULT = path .. ".result" end,
    after = function(result, path) result.detail = read(path .. ".result") end,
    seed = options.seed, strategy = options.strategy, leak_code = LEAK_CODE,
    seconds = (suite.options(node).timeout or options.timeout or 30) + 10,
  }
end

-- The first failure of the test in that order, with the order.
local function record_of(report, where, text)
  local first = report.detail and report.detail.failures and report.detail.failures[1] or {}
  local record = {}
  for key, value in next, first do record[key] = value end
  record.message = first.message and first.message .. "\n" .. text or text
  record.where = first.where or where
  record.replay, record.how = report.replay, report.how
  return record
end

-- Explores the test, or repeats one order. Returns the failures of its "end" event: a list, empty if it has not failed; and
-- how many orders were tried.
function explored.run(session, node)
  local explore = require "plait.test.explore"
  local spec = spec_of(session, node)
  local where = ("%s:%d"):format(node.file, node.line)
  if not session.options.replay then
    spec.count = session.options.explore
    local report = explore.run(spec)
    return report.how and { record_of(report, where, explore.text(report)) } or {}, report.count
  end
  spec.replay = session.options.replay
  local report = explore.replay(spec)
  if report.how then return { record_of(report, where, explore.text(report)) }, 1 end
  if report.is_stable then return {}, 1 end
  return { { message = ("the replay diverges, %s: the test is not what it was"):format(report.divergence), where = where } }, 1
end

return explored
