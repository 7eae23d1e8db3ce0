-- deadlock.lua - the report of a deadlock, from the records of what waits
-- (core/record.h).

-- Idle workers of pools wait for work that nobody can give: that is not what is
-- wrong.
local function is_of_interest(record)
  return record.wait ~= "job"
end

-- "task 3 'reader'"
local function name_of(record)
  local name = record.key
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
  local line = ("  %s waits (%s)"):format(name_of(record), record.wait)
  if record.place then line = line .. " at " .. record.place end
  if record.object then line = line .. " for " .. record.object end
  lines[#lines + 1] = line .. holder_of(record, by_key)
  if record.started_at then lines[#lines + 1] = "    started at " .. record.started_at end
end

-- Whom it waits for, as keys.
local function blockers_of(record)
  if record.held_by then return { record.held_by } end
  return record.awaits or {}
end

-- The first ring found from `record` on: a list of records, or nil.
local function ring_from(record, by_key, path, seen)
  if path[record] then return table.move(path, path[record], #path, 1, {}) end
  if seen[record] then return nil end
  seen[record] = true
  path[#path + 1] = record
  path[record] = #path
  for _, key in ipairs(blockers_of(record)) do
    local ring = by_key[key] and ring_from(by_key[key], by_key, path, seen)
    if ring then return ring end
  end
  path[record], path[#path] = nil, nil
end

local function find_ring(records, by_key)
  local seen = {}
  for _, record in ipairs(records) do
    local ring = ring_from(record, by_key, {}, seen)
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
  local by_key, lines = {}, { title }
  for _, record in ipairs(records) do by_key[record.key] = record end
  for _, record in ipairs(records) do
    if is_of_interest(record) then add_record(lines, record, by_key) end
  end
  local ring = find_ring(records, by_key)
  if ring then lines[#lines + 1] = describe_ring(ring) end
  return table.concat(lines, "\n")
end
