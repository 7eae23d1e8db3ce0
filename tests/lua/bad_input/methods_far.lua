-- The same with objects of another process.
local requests, objects = plait.Channel(), plait.Channel()
local child = spawn_process(function()
    local misuse = require "misuse"
    math.randomseed(tonumber(os.getenv("PLAIT_SEED")) or os.time())
    for name in pairs(misuse.makers) do
        local made = {}
        misuse.check_methods(name, function()
            if #made == 0 then
                requests:send(name)
                made = objects:recv()
            end
            return table.remove(made)
        end)
    end
end)
child:on_done(function() requests:close() end) -- also if it crashes
local misuse = require "misuse"
for name in requests do
    local made = {}
    for i = 1, 50 do made[i] = misuse.makers[name][1]() end
    objects:send(made)
end
await(child)
print("done") --> done
