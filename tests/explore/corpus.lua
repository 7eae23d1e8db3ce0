-- corpus.lua: explores the programs of a folder of this one.
--
--     plait corpus.lua bugs COUNT TIMES [NAME...]     each fails in one of COUNT orders, and the replay repeats it TIMES times
--     plait corpus.lua correct COUNT 0 [NAME...]      none fails in COUNT orders

local explore = require "plait.test.explore"

local folder = arg[0]:match("^(.*)/[^/]*$") or "."
local kind, count, times = arg[1], tonumber(arg[2]), tonumber(arg[3])
local names = table.move(arg, 4, #arg, 1, {})
if #names == 0 then
  for _, entry in ipairs(plait.fs.list(folder .. "/" .. kind)) do names[#names + 1] = entry.name or entry end
end
table.sort(names)

local failures = 0
local function fail(name, ...)
  failures = failures + 1
  print(("FAILED: %s: "):format(name) .. (...):format(select(2, ...)))
end

local function check_bug(name, words)
  local report = explore.run{ command = words, count = count }
  if not report.how then return fail(name, "not found in %d orders", report.count) end
  print(("%-34s %-9s order %3d, %2d switches  %s"):format(name, report.how, report.number, report.switches, report.replay))
  if not report.is_stable then fail(name, "does not repeat\n%s", explore.text(report)) end
  for i = 1, times do
    local again = explore.replay{ command = words, replay = report.replay }
    if again.how ~= report.how or not again.is_stable then
      fail(name, "replay %d: %s, not %s\n%s", i, again.how, report.how, explore.text(again))
    end
  end
end

local function check_correct(name, words)
  local report = explore.run{ command = words, count = count }
  print(("%-34s %d orders"):format(name, report.count))
  if report.how then fail(name, "a false report\n%s\n%s", explore.text(report), report.stderr) end
end

for _, name in ipairs(names) do
  (kind == "bugs" and check_bug or check_correct)(name, { folder .. "/" .. kind .. "/" .. name })
end
print(("%d programs, %d failures"):format(#names, failures))
os.exit(failures == 0 and #names >= 20 and 0 or 1)
