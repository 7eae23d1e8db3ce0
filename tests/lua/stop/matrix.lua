-- Whatever a strand of any kind is at, and in whatever way it is told to stop: it stops, what it has is closed, those who await
-- it get the right error, the others go on, and nothing is left. Prints those for which it is not so.
local states = require("states")

-- What reads the standard input is in a process whose input is silent.
local function run_all(names)
    local count = 0
    do
        local b = states.bystanders()
        for _, name in ipairs(names) do
            for _, kind in ipairs(states.kinds) do
                for _, way in ipairs(states.way_names) do
                    local wrong = states.run(kind, name, way, b)
                    if wrong then print(name, kind, way, wrong) end
                    count = count + 1
                end
            end
        end
        states.dismiss(b)
    end
    return count, states.left(0)
end

local silent <close> = states.silent_file()
local reading = spawn_process{ run_all, { "read" }, stdin = silent }
local names = {}
for _, name in ipairs(states.names) do
    if name ~= "read" then names[#names + 1] = name end
end
print(await(reading)) --> 12
print(run_all(names)) --> 120
