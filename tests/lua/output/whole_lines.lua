-- Lines of several threads and processes never mix, however long they are.
local function text_of(digit)
    return tostring(digit):rep(10 ^ digit // 1 | 0)
end

if arg[1] == "child" then
    local function talk(text, count)
        for i = 1, count do
            if i % 2 == 0 then print(text, text) else io.write(text, "\t", text, "\n") end
        end
    end
    local strands = {}
    for i = 1, 5 do
        strands[#strands + 1] = spawn_thread(talk, text_of(i), 200)
        strands[#strands + 1] = spawn_process(talk, text_of(i), 40)
    end
    for _, strand in ipairs(strands) do await(strand) end
    return
end

local out <close> = io.popen(("%s %s child"):format(arg[-1], arg[0]))
local count, bad = 0, 0
for line in out:lines() do
    local text = text_of(tonumber(line:sub(1, 1)) or 0)
    count = count + 1
    if line ~= text .. "\t" .. text then bad = bad + 1 end
end
print(count, bad) --> 1200	0
