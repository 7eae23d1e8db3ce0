-- Five sleeps of 0.02 and one of 0.1 end together: the older timer fires first.
local function steps(name, n, s)
    for _ = 1, n do sleep(s) end
    return name
end
local order = {}
local function note(h) order[#order + 1] = await(h) end
async(steps, "five", 5, 0.02):on_done(note)
async(steps, "once", 1, 0.1):on_done(note)
sleep(0.11)
print(table.concat(order, " ")) --> once five
