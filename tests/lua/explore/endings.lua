-- How a run may end: each is told, and repeats.
local explore = require "plait.test.explore"

local function script(name, code)
  local file <close> = assert(io.open(name, "w"))
  file:write(code)
  return { command = { name }, count = 30 }
end

local function try(name, code, options)
  local spec = script(name, code)
  for key, value in pairs(options or {}) do spec[key] = value end
  local report = explore.run(spec)
  print(name, report.how, report.is_stable)
  return report, spec
end

print(explore.run(script("fine.lua", "local t = spawn_thread(function() return 1 end) assert(await(t) == 1)")).how) --> nil
try("deadlock.lua", "plait.Channel():recv()") --> deadlock.lua	deadlock	true
try("crash.lua", "require'plait.internal' os.execute('kill -KILL ' .. plait.strands()[1].pid) sleep(1)") --> crash.lua	crash	true
try("exit.lua", "async(os.exit, 7) sleep(1)") --> exit.lua	failure	true
local report = try("endless.lua", "while true do plait.yield() end", { limit = 500 }) --> endless.lua	endless	true
print(report.message) --> it does not end: more than 500 steps
report = try("hang.lua", "local v = plait.Value(0) spawn_thread(function(v) v:set(1) while true do local _ = {} end end, v)",
  { seconds = 1 }) --> hang.lua	hang	true
print(report.message) --> it does not get on: a C function blocks, or code that does not wait runs on (after 1 s)

-- What depends on something outside does not repeat, and that is told.
local name = os.tmpname()
report = try("outside.lua", ([[
local path = %q
local file = io.open(path, "a")
file:write("x")
file:close()
local size = #io.open(path):read("a")
local ch = plait.Channel(9)
for i = 1, size %% 3 + 2 do spawn_thread(function() ch:send(i) end) end
assert(ch:recv() == 1)]]):format(name)) --> outside.lua	failure	false
os.remove(name)

-- A child's strands are its own, and time passes for it as it does.
print(explore.run(script("child.lua", [[
assert(os.getenv("PLAIT_SCHEDULE") == nil)
assert(await(spawn_process(function() return os.getenv("PLAIT_SCHEDULE") == nil end)))]])).how) --> nil
