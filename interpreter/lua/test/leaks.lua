-- plait.test.leaks: what a test has left behind, by its owner: strands, handles, functions for signals; and what it has
-- changed of the process. Loaded when there is something.

local plait = require "plait"

local leaks = {}

local hints = {
  task = "await it, cancel it, or start it in a plait.scope", thread = "join it, or start it in a plait.scope",
  process = "wait for it, or kill it", listener = "close it", connection = "close it", socket = "close it",
  file = "close it", watch = "close it",
}

local function describe(handle, records)
  local kind = handle.kind
  local text = ("%s %s"):format(kind, kind == "process" and handle.pid or handle.id)
  if handle.name then text = ("%s '%s'"):format(text, handle.name) end
  for _, record in ipairs(records) do
    local is_it = record.kind == kind and (kind == "process" and record.pid == handle.pid
      or kind ~= "process" and record.id == handle.id and (kind ~= "task" or not record.thread))
    if is_it and record.wait then
      text = ("%s, which waits (%s)%s%s"):format(text, record.wait, record.object and " for " .. record.object or "",
        record.place and " at " .. record.place or "")
      break
    end
  end
  return text
end

-- What the owner has left: a list of {text, what, at, hint, handle or object}, or nil. Daemons are stopped, but are no leak.
function leaks.find(raw, owner)
  local strands, handles = raw.strands(owner), raw.handles(owner)
  if not strands and not handles then return nil end
  local list, records = {}, nil
  for _, handle in ipairs(strands or {}) do
    local at, is_daemon = raw.info(handle)
    local leak = { handle = handle, at = at }
    if not is_daemon then
      records = records or plait.strands()
      leak.what = describe(handle, records)
      leak.hint = hints[handle.kind]
      leak.text = ("%s, started at %s, still runs: %s"):format(leak.what, at or "?", leak.hint)
    end
    list[#list + 1] = leak
  end
  for _, entry in ipairs(handles or {}) do
    list[#list + 1] = { what = entry.what, at = entry.at, object = entry.object, hint = hints[entry.what],
      text = ("%s, opened at %s, is open still: %s"):format(entry.what, entry.at or "?", hints[entry.what] or "close it") }
  end
  return list
end

-- Tells all of them to stop, and waits for that. In a task.
function leaks.stop(list)
  for _, leak in ipairs(list) do
    if leak.handle then leak.handle:cancel() end
  end
  for _, leak in ipairs(list) do
    if leak.handle then pcall(plait.await, leak.handle) end
  end
  -- They are told in events, which take no objects along.
  for _, leak in ipairs(list) do leak.handle, leak.object = nil, nil end
  for i = #list, 1, -1 do
    if not list[i].text then table.remove(list, i) end
  end
end

-- The error of a task, a thread or a process that nobody has received.
function leaks.note_failure(t, handle)
  local err = handle:error()
  local record = require("plait.test.failures").of(err, handle:traceback())
  local name = handle.name and (" '%s'"):format(handle.name) or ""
  record.message = ("%s %s%s has failed, and nobody has received its error: %s"):format(handle.kind, handle.id or handle.pid,
    name, record.message)
  t.state.failures[#t.state.failures + 1] = record
end

-- Puts the current directory, the environment and the locale right. Returns a list of what was changed.
function leaks.restore_surroundings(raw, session)
  local list = {}
  local cwd = raw.cwd()
  if cwd ~= session.cwd then
    list[#list + 1] = ("the current directory was changed to %s: t.chdir puts it right"):format(cwd or "one that is gone")
    raw.chdir(session.cwd)
  end
  local environment = raw.environment()
  local names = {}
  for name, value in next, environment do
    if session.environment[name] ~= value then names[#names + 1] = name end
  end
  for name in next, session.environment do
    if environment[name] == nil then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    list[#list + 1] = ("the variable %s of the environment was changed: t.setenv puts it right"):format(name)
    raw.setenv(name, session.environment[name])
  end
  local locale = os.setlocale(nil)
  if locale ~= session.locale then
    list[#list + 1] = ("the locale was changed to %s"):format(locale)
    os.setlocale(session.locale)
  end
  return list
end

-- Functions for signals that were not set before.
function leaks.restore_signals(raw, session)
  local list = {}
  for number = 1, 63 do
    if (raw.signals() ~ session.signals) & 1 << number ~= 0 then
      local name = raw.signal_name(number)
      if session.signals & 1 << number == 0 then
        plait.signal(name, nil)
        list[#list + 1] = { what = "signal",
          text = ("a function for SIG%s is set still: plait.signal(%q, nil)"):format(name, name) }
      else
        session.signals = session.signals & ~(1 << number)
      end
    end
  end
  return list
end

-- The descriptors of the process, with what they are: for leaks = "strict".
function leaks.descriptors()
  local found = {}
  local names = plait.fs.list("/proc/self/fd")
  for _, name in ipairs(names or {}) do
    local target = plait.fs.readlink("/proc/self/fd/" .. name)
    if target and not target:find("^/proc/") and not target:find("^anon_inode:") then found[name] = target end
  end
  return found
end

function leaks.check_descriptors(t, before)
  collectgarbage()
  local now = leaks.descriptors()
  local names = {}
  for name, target in next, now do
    if before[name] ~= target then names[#names + 1] = name end
  end
  table.sort(names, function(a, b) return (tonumber(a) or 0) < (tonumber(b) or 0) end)
  t.state.leaks = t.state.leaks or {}
  for _, name in ipairs(names) do
    table.insert(t.state.leaks, { what = "descriptor", text = ("descriptor %s, %s, is open still"):format(name, now[name]) })
  end
  if #t.state.leaks == 0 then t.state.leaks = nil end
end

return leaks
