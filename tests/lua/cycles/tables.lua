-- Tables in themselves and rings of Tables, channels and futures are freed when nobody refers to them.
--! alone: yes
local function resident()
    for line in io.lines("/proc/self/status") do
        local kilobytes = line:match("^VmRSS:%s*(%d+)")
        if kilobytes then return tonumber(kilobytes) end
    end
end
local function rings(count)
    for i = 1, count do
        local t = plait.Table{text = ("x"):rep(500)}
        t.self = t
        if i % 4 == 0 then
            local a, b, future, ch = plait.Table(), plait.Table(), plait.Future(), plait.Channel(1)
            a.b, b.future = b, future
            future:resolve({ch})
            ch:send(a)
            t[a] = function() return t, b end
        end
    end
    collectgarbage()
end
rings(3000)
local before = resident()
rings(100000) -- 50 MB of strings
-- AddressSanitizer keeps freed memory for a while.
local most = os.getenv("PLAIT_PRESET") == "asan" and 600000 or 15000
print(resident() - before < most or resident() - before) --> true
