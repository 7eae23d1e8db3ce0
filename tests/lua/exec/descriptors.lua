-- Nothing stays open, whether a program runs, fails, is not there, or the options are wrong; and a program has 0, 1 and 2 only.
local files = require "files"
local function all()
    plait.exec{ "true" }
    plait.exec{ "sh", "-c", "exit 1", stdin = "x", stderr = "stdout" }
    plait.exec{ "yes", limit = 10 }
    plait.exec{ "cat", stdin = ("x"):rep(100000), stdout = "null" }
    pcall(plait.exec, { "false", check = true })
    pcall(plait.exec, { "/there/is/none", stdin = "x" })
    pcall(plait.exec, { "true", stdout = 1, stdin = "x" })
    pcall(plait.exec, { "true", stdout = "/there/is/none", stdin = "x" })
    pcall(plait.exec, { "true", stderr = {}, stdin = "x" })
    pcall(plait.exec, { "true", cwd = "/there/is/none", stdin = "x" })
end
all()
collectgarbage("stop") -- the collector is not what closes them
local before = files.count_open()
for _ = 1, 20 do all() end
print(files.wait_for_open(before)) --> true
collectgarbage("restart")
local tasks = {}
for i = 1, 30 do tasks[i] = async(plait.exec, { "cat", stdin = tostring(i) }) end
local sum = 0
for _, r in ipairs(gather(tasks)) do sum = sum + tonumber(r.stdout) end
print(sum, files.wait_for_open(before)) --> 465	true
print((plait.exec{ "sh", "-c", "ls /proc/$$/fd", stdin = "x" }.stdout:gsub("%s", ""))) --> 012
