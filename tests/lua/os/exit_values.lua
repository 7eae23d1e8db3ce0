-- The statuses os.exit gives, from each kind of strand.
local function status(code)
    local _, how, n = os.execute(("%s -e '%s'"):format(arg[-1], code))
    return how, n
end

print(status "os.exit()") --> exit	0
print(status "os.exit(true)") --> exit	0
print(status "os.exit(false)") --> exit	1
print(status "os.exit(7)") --> exit	7
print(status "os.exit(0, true)") --> exit	0
print(status "coroutine.wrap(os.exit)(8)") --> exit	8
print(status "async(os.exit, 9) sleep(60)") --> exit	9
print(status "async(os.exit, 9, true) sleep(60)") --> exit	9
print(status "async(function() coroutine.wrap(function() sleep(0) os.exit(10) end)() end)") --> exit	10
print(status "spawn_thread(os.exit, 11) sleep(60)") --> exit	11
print(status "spawn_thread(function() sleep(60) end) os.exit(12)") --> exit	12
print(status "pcall(os.exit, {}) os.exit(13)") --> exit	13
print(status [[setmetatable({}, {__gc = function() os.exit(14) end}) collectgarbage()]]) --> exit	14
