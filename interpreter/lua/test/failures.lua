-- plait.test.failures: what is told of an error that a test has ended with. Loaded when one has failed.

local checks = require "plait.test.checks"

local failures = {}

local lines_of = {} -- file -> list of its lines, or false

local function read_lines(path)
  if lines_of[path] == nil then
    local list
    local file = io.open(path, "rb")
    if file then
      list = {}
      for line in file:lines() do list[#list + 1] = line end
      file:close()
    end
    lines_of[path] = list or false
  end
  return lines_of[path]
end
failures.read_lines = read_lines

-- "38 |   t.eq(total(order), want)"
function failures.excerpt(where)
  local path, line = (where or ""):match("^(.*):(%d+)$")
  local lines = path and read_lines(path)
  local text = lines and lines[math.tointeger(line)]
  return text and ("%s | %s"):format(line, text:sub(1, 200))
end

-- The lines of a traceback that are not plait's own or the machinery around the test's function.
function failures.clean(traceback)
  if type(traceback) ~= "string" then return nil end
  local lines = {}
  for line in traceback:gmatch("[^\n]+") do
    if not line:find("^%s*plait[%.%w_]*:%d*:? ?") and not line:find("^%s*%[C%]: in function 'error'")
        and not line:find("^%s*%[C%]: in function 'assert'") and not line:find("^%s*%[C%]: in %?") then
      lines[#lines + 1] = line
    end
  end
  local last = lines[#lines]
  while last and (last:find("plait.internal.catch", 1, true) or last:find("^%s*%(%.%.%.tail calls%.%.%.%)")) do
    lines[#lines] = nil
    last = lines[#lines]
  end
  if #lines <= 1 and (lines[1] or "stack traceback:") == "stack traceback:" then return nil end
  return table.concat(lines, "\n")
end

local function first_place(traceback)
  for file, line in (traceback or ""):gmatch("\n%s*([^\n]-):(%d+): in ") do
    if file:sub(1, 6) ~= "plait." and file ~= "[C]" then return file .. ":" .. line end
  end
end

-- of(err, traceback[, asserted]) -> record of the failure. `asserted`: what explain has found when a plain assert failed
function failures.of(err, traceback, asserted)
  local trace = failures.clean(traceback)
  local record
  if checks.is_failure(err) then
    record = { message = err.message, where = err.where, got = err.got, want = err.want, diff = err.diff,
      is_check = true }
  else
    local message = checks.text_of(err)
    local where, rest = nil, nil
    if type(err) == "string" or require("plait").kind(err) then where, rest = message:match("^([^\n]-:%d+): (.*)$") end
    if where and where:find("^%a[%w ]*: ") then where, rest = nil, nil end
    record = { message = rest or message, where = where or first_place(traceback) }
  end
  if asserted and rawequal(asserted.message, err) then
    record.values = asserted.values
    record.where = asserted.where
    record.excerpt = asserted.excerpt
  end
  record.traceback = trace
  record.excerpt = record.excerpt or failures.excerpt(record.where)
  return record
end

-- The failure as lines, as they stand in a report.
function failures.text(record)
  local lines = {}
  lines[1] = (record.where and record.where .. ": " or "") .. record.message
  if record.got then lines[#lines + 1] = "  got   " .. record.got end
  if record.want then lines[#lines + 1] = "  want  " .. record.want end
  for line in (record.diff or ""):gmatch("[^\n]+") do lines[#lines + 1] = "    " .. line end
  if record.excerpt then lines[#lines + 1] = "  " .. record.excerpt end
  for _, value in ipairs(record.values or {}) do lines[#lines + 1] = "    " .. value end
  if record.traceback and not record.is_check then
    for line in record.traceback:gmatch("[^\n]+") do lines[#lines + 1] = "  " .. line end
  end
  return table.concat(lines, "\n")
end

-- The report of a deadlock without this strand, which waits for the test.
function failures.of_deadlock(err)
  local lines = {}
  for line in tostring(err):gmatch("[^\n]+") do
    if not line:find("^  the main script waits %(await%)") then lines[#lines + 1] = line end
  end
  lines[1] = (lines[1] or "deadlock"):gsub("^.-deadlock: ", "deadlock: ")
  return table.concat(lines, "\n")
end

function failures.of_strands(records)
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

-- Where the test's own task was.
function failures.place_of(task, records)
  for _, record in ipairs(records or {}) do
    if record.kind == "task" and record.id == task.id then return record.place end
  end
end

return failures
