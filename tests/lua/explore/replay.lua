-- The string of an order: what it holds is checked, and what does not fit is told.
local explore = require "plait.test.explore"
local function script(name, code)
  local file <close> = assert(io.open(name, "w"))
  file:write(code)
  return { name }
end
local code = [[
local v = plait.Value(0)
local function add(v) v.value = v.value + 1 end
gather(spawn_thread(add, v), spawn_thread(add, v))
assert(v.value == 2, "lost")
]]
local command = script("lost.lua", code)
local report = explore.run{ command = command, count = 100 }
print(report.how, report.replay:sub(1, 3), #report.replay < 60, report.stderr:find("lost.lua:4: lost", 1, true) ~= nil)
--> failure	p1:	true	true
print(report.number <= report.count, report.switches >= 3, report.table:find("lost.lua:2  local function add", 1, true) ~= nil)
--> true	true	true
local again = explore.replay{ command = command, replay = report.replay }
print(again.how, again.is_stable, again.code) --> failure	true	1
print(explore.text(again):find("again: --replay " .. report.replay, 1, true) ~= nil) --> true

-- Another seed, another search; the same seed, the same one.
local function find(seed) return explore.run{ command = command, count = 100, seed = seed, jobs = 1 } end
local a, b = find(5), find(5)
print(a.replay == b.replay, a.number == b.number) --> true	true

-- The same program no more.
script("lost.lua", "\n" .. code)
again = explore.replay{ command = command, replay = report.replay }
print(again.how, again.is_stable, again.divergence:find("^at choice %d+ of %d+$") ~= nil) --> diverged	false	true
script("lost.lua", "print(1)")
again = explore.replay{ command = command, replay = report.replay }
print(again.how, again.is_stable, again.divergence:find("^it made 0 choices, and not %d+$") ~= nil) --> nil	false	true

local function refuse(...)
  print((select(2, pcall(...)).message:gsub("^.-explore: ", "", 1):gsub("p1:[%w_-]+' is no replay: its", "REPLAY' is no replay: its")))
end
local function replay(text) explore.replay{ command = command, replay = text } end
refuse(replay, "x") --> 'x' is no replay: it does not begin with 'p1:'
refuse(replay, "p2:AAAA") --> 'p2:AAAA' is no replay: it is of version 2, and this program knows 1
refuse(replay, "p1:AAA") --> 'p1:AAA' is no replay: it is cut off
refuse(replay, report.replay:sub(1, -5)) --> 'REPLAY' is no replay: its checksum is wrong: it is damaged, or not all of it is there
refuse(replay, nil) --> 'nil' is no replay: it is no string
refuse(explore.run, { command = command, strategy = "best" })
--> there is no strategy 'best'; there are 'both', 'pct:DEPTH', 'random' and 'cancel'
refuse(explore.run, { command = command, strategy = "pct:99" }) --> the depth of 'pct:99' is not from 1 to 16
refuse(explore.run, { command = command, cuont = 3 }) --> there is no option 'cuont'

-- Every strategy finds it.
script("lost.lua", code)
for _, strategy in ipairs{ "both", "random", "pct", "pct:5" } do
  local found = explore.run{ command = command, count = 300, strategy = strategy }
  assert(found.how == "failure" and found.is_stable, strategy)
end
