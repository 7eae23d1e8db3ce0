-- How long a strand takes to stop, whatever it is at (tests/lua/support/states.lua), of whichever kind, and in whatever way it is
-- told: from the order to its end, less the grace of those that do not wait. The worst of all.
local folder = arg[0]:match("^.*/") or ""
local bench = dofile(folder .. "bench.lua")
if not bench.has("spawn_process", "scope", "timeout") then return end
package.path = folder .. "../lua/support/?.lua;" .. package.path
local states = require "states"

local GRACE_S = 0.05
-- After so long a victim is at what it is to be at.
local SETTLE_S = 0.003

local function measure()
    local worst, bystanders = 0, states.bystanders()
    for _, name in ipairs(states.names) do
        local grace = states.states[name].wait and 0 or GRACE_S
        for _, kind in ipairs(states.kinds) do
            for _, way in ipairs{ "cancel", "timeout", "failure" } do
                local _, taken = states.run(kind, name, way, bystanders, SETTLE_S)
                worst = math.max(worst, taken - grace)
            end
        end
    end
    states.dismiss(bystanders)
    return worst
end

local silent <close> = states.silent_file()
bench.print("stop", await(spawn_process{ measure, stdin = silent }) * 1e9)
