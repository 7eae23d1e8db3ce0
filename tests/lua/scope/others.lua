-- The first failure is raised; plait.others has those of strands that failed while they were cancelled.
local function fail_later(message)
    local c <close> = setmetatable({}, { __close = function() error(message, 0) end })
    sleep(3600)
end
local ok, err = pcall(function()
    local s <close> = plait.scope()
    s:async(fail_later, "second")
    s:async(fail_later, "third")
    s:async(function() sleep(0) error("first", 0) end)
end)
local others = plait.others(err)
print(ok, err, others.n, others[1], others[2]) --> false	first	2	second	third
