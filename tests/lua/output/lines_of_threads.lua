-- Lines of several threads never mix, however long they are.
if arg[1] == "child" then
    local function talk(name, size)
        local text = name:rep(size)
        for i = 1, 300 do
            if i % 2 == 0 then print(text, text) else io.write(text, "\t", text, "\n") end
        end
    end
    local threads = {}
    for i = 1, 6 do threads[i] = spawn_thread(talk, tostring(i), 10 ^ (i - 1) // 1 | 0) end
    for i = 1, 6 do await(threads[i]) end
    return
end

local out <close> = io.popen(("%s %s child"):format(arg[-1], arg[0]))
local count, bad = 0, 0
for line in out:lines() do
    local digit = line:sub(1, 1)
    local text = digit:rep(10 ^ (tonumber(digit) - 1) // 1 | 0)
    count = count + 1
    if line ~= text .. "\t" .. text then bad = bad + 1 end
end
print(count, bad) --> 1800	0
