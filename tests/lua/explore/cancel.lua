-- With the strategy "cancel" one strand is cancelled in each wait in turn; what it then leaves behind is found.
local explore = require "plait.test.explore"
local function try(code)
  local file = assert(io.open("script.lua", "w"))
  file:write(code)
  file:close()
  local report = explore.run{ command = { "script.lua" }, strategy = "cancel" }
  local again = report.how and explore.replay{ command = { "script.lua" }, replay = report.replay }
  print(report.how, report.cancelled, again and again.how == report.how and again.is_stable)
  return report
end

-- Released by <close>, wherever it ends; that the script fails then is no mistake.
local report = try([[
local lock = plait.Lock()
local function work()
  local _ <close> = lock:acquire()
  sleep(1)
end
gather(async(work), spawn_thread(work))]]) --> nil	nil	nil
print(report.count > 4) --> true

-- Not released.
try([[
local lock = plait.Lock()
await(async(function()
  lock:acquire()
  sleep(1)
  lock:release()
end))]]) --> abandoned	1	true

-- A permit that does not come back.
try([[
local slots = plait.Semaphore(1)
local function work()
  slots:acquire()
  sleep(1)
  slots:release()
end
local a, b = async(work), async(work)
pcall(await, a)
pcall(await, b)]]) --> deadlock	2	true

-- Without a cancellation nothing is looked for: an error of the script itself is told as ever.
try([[error("always")]]) --> failure	1	true
