-- A pipeline of three stages, each a strand of another kind: a task reads, a thread computes, a process writes the
-- sentences. Channels join them; each stage closes its channel when the one before it has.

-- Whatever comes in, through f, goes out.
local function stage(f, from, to)
    for item in from do to:send(f(item)) end
    to:close()
end

local function parse(line)
    return assert(math.tointeger(line:match("%d+")))
end

-- How many steps n takes to 1, halving even numbers and turning odd ones into 3n + 1, and the highest on the way.
local function collatz(n)
    local steps, top, x = 0, n, n
    while x ~= 1 do
        x = x % 2 == 0 and x // 2 or 3 * x + 1
        top = math.max(top, x)
        steps = steps + 1
    end
    return { n = n, steps = steps, top = top }
end

local function describe(r)
    return ("%3d takes %3d steps, and climbs to %d"):format(r.n, r.steps, r.top)
end

local lines, numbers, results, sentences = plait.Channel(8), plait.Channel(8), plait.Channel(8), plait.Channel(8)
async(stage, parse, lines, numbers)
spawn_thread(stage, collatz, numbers, results)
spawn_process(stage, describe, results, sentences)

async(function()
    for _, n in ipairs{ 6, 7, 27, 97, 255 } do lines:send("number " .. n) end
    lines:close()
end)
for sentence in sentences do print(sentence) end
