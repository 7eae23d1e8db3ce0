-- deadlock.lua - the report of a deadlock, from records of what waits
-- (core/census.h).

-- Idle workers of pools wait for work that nobody can give, and main functions
-- that have returned for what they started: that is not what is wrong.
local function is_of_interest(record)
  return record.state ~= "running" and record.wait ~= "job" and record.wait ~= "end"
end

-- "task 3 'reader' of thread 12"
local function name_of(record)
  local name = record.key
  local task, rest = name:match("^(task %d+)(.*)$")
  if task and record.name then return ("%s '%s'%s"):format(task, record.name, rest) end
  if record.kind == "main" then
    name = "the main script"
  elseif record.kind == "process" then
    name = "process " .. record.pid
  end
  return record.name and ("%s '%s'"):format(name, record.name) or name
end

-- ", held by task 3 'reader', acquired at app.lua:14"
local function holder_of(record, by_key)
  if not record.held_by then return "" end
  local holder = by_key[record.held_by]
  local text = ", held by " .. (holder and name_of(holder) or record.held_by)
  if not record.held_at then return text end
  return text .. ", acquired at " .. record.held_at
end

local function add_record(lines, record, by_key)
  local line = "  " .. name_of(record)
  if record.wait then line = ("%s waits (%s)"):format(line, record.wait) end
  if record.place then line = line .. " at " .. record.place end
  if record.object then line = line .. " for " .. record.object end
  lines[#lines + 1] = line .. holder_of(record, by_key)
  if record.started_at then lines[#lines + 1] = "    started at " .. record.started_at end
end

-- ---- who waits for whom ----

-- The strand that is called so in a record: "thread 12", a task of the same
-- thread, a child process.
local function find_named(records, from, kind, number)
  for _, record in ipairs(records) do
    local is_near = record.pid == from.pid
    if record.kind == kind and (
        kind == "process" and record.pid == number or
        kind == "thread" and is_near and record.id == number or
        kind == "task" and is_near and record.id == number and record.thread == from.thread) then
      return record
    end
  end
end

local function blockers_of(record, records, by_key)
  if record.held_by then return { by_key[record.held_by] } end
  local found = {}
  for kind, number in (record.object or ""):gsub("'.-'", ""):gmatch("(%l+) (%d+)") do
    found[#found + 1] = find_named(records, record, kind, math.tointeger(number))
  end
  return found
end

-- The first ring found from `record` on: a list of records, or nil.
local function ring_from(record, graph, path, seen)
  if path[record] then return table.move(path, path[record], #path, 1, {}) end
  if seen[record] then return nil end
  seen[record] = true
  path[#path + 1] = record
  path[record] = #path
  for _, blocker in ipairs(graph[record] or {}) do
    local ring = ring_from(blocker, graph, path, seen)
    if ring then return ring end
  end
  path[record], path[#path] = nil, nil
end

local function find_ring(records, by_key)
  local graph, seen = {}, {}
  for _, record in ipairs(records) do graph[record] = blockers_of(record, records, by_key) end
  for _, record in ipairs(records) do
    local ring = ring_from(record, graph, {}, seen)
    if ring then return ring end
  end
end

-- "task 1 -> Lock 2 -> task 2 -> task 1"
local function describe_ring(ring)
  local parts = {}
  for _, record in ipairs(ring) do
    parts[#parts + 1] = name_of(record)
    if record.held_by then parts[#parts + 1] = record.object end
  end
  parts[#parts + 1] = name_of(ring[1])
  return "  cycle: " .. table.concat(parts, " -> ")
end

-- (records, first line) -> text
return function(records, title)
  local by_key, lines, waiting = {}, { title }, {}
  for _, record in ipairs(records) do
    if is_of_interest(record) then waiting[#waiting + 1] = record end
    by_key[record.key] = record
  end
  for _, record in ipairs(waiting) do add_record(lines, record, by_key) end
  local ring = find_ring(waiting, by_key)
  if ring then lines[#lines + 1] = describe_ring(ring) end
  return table.concat(lines, "\n")
end
