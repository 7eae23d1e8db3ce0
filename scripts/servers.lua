-- race, as_completed and wait: several servers are asked at the same time, and the fastest answer, each answer as it
-- comes, or all that come in time are taken.

local servers = { Oslo = 0.06, Lima = 0.02, Pune = 0.04, Mars = 600 }

local function ask(name)
    local _ <close> = setmetatable({}, { __close = function(_, err)
        if plait.kind(err) == "cancelled" then print("  " .. name .. " is told to stop") end
    end })
    sleep(servers[name])
    return name
end

print("the fastest one:")
local _, name = plait.race(async(ask, "Mars"), async(ask, "Lima"))
print("  " .. name)

print("each as it answers:")
for handle in plait.as_completed{ async(ask, "Oslo"), async(ask, "Lima"), async(ask, "Pune") } do
    print("  " .. await(handle))
end

print("all that answer within a tenth of a second:")
local done, pending = plait.wait({ async(ask, "Oslo"), async(ask, "Mars"), async(ask, "Pune") }, { timeout = 0.1 })
for _, handle in ipairs(done) do print("  " .. await(handle)) end
for _, handle in ipairs(pending) do handle:cancel() end
