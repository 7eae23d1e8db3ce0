-- plait.test.snapshot: values as they were. The snapshots of tests/a_test.lua are in tests/__snapshots__/a_test.snap.lua, a
-- table of texts, sorted by their names; a process writes those of the one file whose tests it runs, at the end.

local checks = require "plait.test.checks"

local snapshot = {}

-- A text that does not change from run to run: sorted keys, no addresses.
local function serialize(value)
  local out, numbers, counts, open = {}, {}, {}, {}
  local show
  local function put(text) out[#out + 1] = text end
  local function name_of(object, kind)
    if not numbers[object] then
      counts[kind] = (counts[kind] or 0) + 1
      numbers[object] = ("<%s %d>"):format(kind, counts[kind])
    end
    return numbers[object]
  end
  local function key_text(key)
    if type(key) == "string" and key:find("^[%a_][%w_]*$") then return key end
    if type(key) == "table" or type(key) == "function" or type(key) == "userdata" or type(key) == "thread" then
      return "[" .. name_of(key, type(key)) .. "]"
    end
    return "[" .. require("plait.repr")(key) .. "]"
  end
  local function sorted(t)
    local keys = {}
    for key in next, t do keys[#keys + 1] = key end
    table.sort(keys, function(a, b)
      local x, y = math.type(a) and 1 or type(a) == "string" and 2 or 3, math.type(b) and 1 or type(b) == "string" and 2 or 3
      if x ~= y then return x < y end
      if x < 3 then return a < b end
      return key_text(a) < key_text(b)
    end)
    return keys
  end
  function show(v, indent)
    local kind = type(v)
    if kind == "string" and v:find("\n") then
      put(("%q"):format(v))
    elseif kind == "table" then
      if open[v] then return put(name_of(v, "cycle")) end
      if next(v) == nil then return put("{}") end
      open[v] = true
      put("{\n")
      for _, key in ipairs(sorted(v)) do
        put(indent .. "  " .. key_text(key) .. " = ")
        show(rawget(v, key), indent .. "  ")
        put(",\n")
      end
      put(indent .. "}")
      open[v] = nil
    elseif kind == "function" or kind == "thread" or kind == "userdata" then
      put(name_of(v, kind))
    else
      put(require("plait.repr")(v))
    end
  end
  show(value, "")
  return table.concat(out)
end

local function paths_of(session)
  local folder, file = session.path:match("^(.*/)([^/]*)$")
  if not folder then folder, file = "", session.path end
  return folder .. "__snapshots__", (file:gsub("%.lua$", "")) .. ".snap.lua"
end

-- What the session knows of its snapshots: read at first use.
local function store_of(session)
  if session.snapshots then return session.snapshots end
  local folder, file = paths_of(session)
  local path = folder .. "/" .. file
  local old = {}
  local chunk = loadfile(path, "t", {})
  if chunk then
    local ok, result = pcall(chunk)
    if not ok or type(result) ~= "table" then error(("%s cannot be read: %s"):format(path, tostring(result)), 0) end
    old = result
  elseif io.open(path) then
    error(path .. " is no Lua file", 0)
  end
  session.snapshots = { folder = folder, path = path, texts = old, used = {}, changed = false, count = {} }
  return session.snapshots
end

local function is_in_ci()
  local ci = os.getenv("CI")
  return ci ~= nil and ci ~= "" and ci ~= "false" and ci ~= "0"
end

local function differs(message, got, want)
  return checks.failure(message, { diff = require("plait.test.diff").of_texts(want, got)
    or ("- %s\n+ %s"):format(want, got) })
end

-- check(t, value[, name or options]) -> failure or nil
function snapshot.check(t, value, options)
  if type(options) == "string" then options = { name = options } end
  options = options or {}
  local session = t.state.session
  local store = store_of(session)
  local base = t.name .. (options.name and " › " .. options.name or "")
  local key = base
  if not options.name then
    local tag = t.id .. "\0" .. base
    store.count[tag] = (store.count[tag] or 0) + 1
    key = ("%s › %d"):format(base, store.count[tag])
  end
  local text = type(value) == "string" and value or serialize(value)
  for pattern, replacement in next, options.redact or {} do text = text:gsub(pattern, replacement) end
  store.used[key] = true
  local old = store.texts[key]
  if old == text then return nil end
  if old == nil and is_in_ci() and not session.options.update_snapshots then
    return checks.failure("there is no snapshot yet, and none is written where CI is set",
      { want = "one that was written with -u" })
  end
  if old == nil or session.options.update_snapshots then
    store.texts[key], store.changed = text, true
    return nil
  end
  return differs("not as in the snapshot", text, old)
end

local function write(path, text)
  local name = ("%s.%d.new"):format(path, math.random(1 << 30))
  local file, message = io.open(name, "wb")
  if not file then return nil, message end
  local ok, why = file:write(text)
  local closed, why_not = file:close()
  if ok and closed then ok, why = os.rename(name, path) else ok, why = nil, why or why_not end
  if not ok then os.remove(name) end
  return ok, why
end

-- check_file(t, path, text) -> failure or nil
function snapshot.check_file(t, path, text)
  local session = t.state.session
  local folder = session.path:match("^(.*/)[^/]*$") or ""
  if path:sub(1, 1) ~= "/" then path = folder .. path end
  local file = io.open(path, "rb")
  local old = file and file:read("a")
  if file then file:close() end
  if old == text then return nil end
  if session.options.update_snapshots or (old == nil and not is_in_ci()) then
    local ok, message = write(path, text)
    if not ok then error(("t.golden: %s"):format(message), 0) end
    return nil
  end
  if old == nil then return checks.failure("there is no file " .. path) end
  return differs("not as in " .. path, text, old)
end

-- At the end of the file. `is_whole`: all its tests have run, and passed, so what was not used is not needed any more.
-- Returns true, or nil and a message.
function snapshot.finish(session, is_whole)
  local store = session.snapshots
  if not store then return true end
  local stale = {}
  for key in next, store.texts do
    if not store.used[key] then stale[#stale + 1] = key end
  end
  if is_whole and session.options.update_snapshots then
    for _, key in ipairs(stale) do store.texts[key], store.changed = nil, true end
  end
  if not store.changed then return true end
  local keys = {}
  for key in next, store.texts do keys[#keys + 1] = key end
  table.sort(keys)
  local lines = { "-- Snapshots of plait.test; written by `plait test -u`.", "return {" }
  for _, key in ipairs(keys) do
    lines[#lines + 1] = ("[%q] = %q,"):format(key, store.texts[key])
  end
  lines[#lines + 1] = "}\n"
  local made, message, code = require("plait").fs.mkdir(store.folder, { parents = true })
  if not made and code ~= 17 then return nil, message end
  local ok
  ok, message = write(store.path, table.concat(lines, "\n"))
  return ok, message
end

snapshot.serialize = serialize
return snapshot
