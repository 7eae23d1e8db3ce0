-- What a program does follows from what was picked: order of tables, random numbers, time, finalizers.
local journal = require "plait.test.journal"
local folder <close> = plait.fs.temp_folder()
local file = assert(io.open("program.lua", "w"))
file:write([[
local t = {}
for _, key in ipairs{"pear", "apple", 3, 1.5, true, "fig", false, -2} do t[key] = #tostring(key) end
local keys = {}
for key in pairs(t) do keys[#keys + 1] = tostring(key) end
print(table.concat(keys, " "))
keys = {}
for key in next, t do
  keys[#keys + 1] = tostring(key)
  if key == "apple" then t.fig = nil end
end
print(table.concat(keys, " "), next({}), pcall(next, {}, 1), pcall(pairs))
print(math.random(1000000), math.random(), os.time(), plait.now())
local shared = plait.Table{ z = 1, y = 2, x = 3 }
keys = {}
for key in pairs(shared) do keys[#keys + 1] = key end
print(table.concat(keys, " "))
for key, value in pairs(setmetatable({}, { __pairs = function() return function(_, k) if not k then return 1, 2 end end end })) do
  print(key, value)
end
local log = plait.Channel(math.huge)
local function work(n, log)
  for i = 1, 4 do
    setmetatable({}, { __gc = function() log:try_send("gc" .. n) end })
    log:send(n .. "." .. i .. "." .. math.random(100))
    if i == 2 then sleep(n) end
    for _ = 1, 3000 do local _ = { {}, {} } end
  end
end
local list = {}
for n = 1, 3 do list[n] = spawn_thread(work, n, log) end
for n = 4, 5 do list[n] = async(work, n, log) end
gather(list)
collectgarbage()
log:close()
for line in log do io.write(line, " ") end
print(plait.select{ plait.Channel(), timeout = 5 })
print(plait.now())
]])
file:close()

local function run(seed, strategy)
  local orders = { strategy = strategy, seed = seed, expected = 60, depth = 3, limit = 100000 }
  local path = journal.create(folder.path, orders)
  local ended = plait.exec{ arg[-1], "program.lua", env = { PLAIT_SCHEDULE = path }, check = true }
  local result = journal.read(path, orders)
  os.remove(path)
  return ended.stdout, result
end

local function same_picks(a, b)
  if #a.picks ~= #b.picks then return false end
  for i, pick in ipairs(a.picks) do if pick ~= b.picks[i] then return false end end
  return true
end

local first = run(1, "first")
print((first:match("^[^\n]*"))) --> -2 1.5 3 apple fig pear false true
print((first:match("\n([^\t]*)\t"))) --> -2 1.5 3 apple pear false true
print((first:match("\n([xyz ]+)\n"))) --> x y z
local seen, kinds = {}, 0
for seed = 1, 8 do
  for _, strategy in ipairs{ "random", "pct" } do
    local output, result = run(seed, strategy)
    for _ = 1, 3 do
      local again, other = run(seed, strategy)
      assert(again == output and same_picks(result, other), output .. again)
    end
    if not seen[output] then
      seen[output] = true
      kinds = kinds + 1
    end
  end
end
print(kinds > 8) --> true
