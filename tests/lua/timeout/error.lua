-- What f raises is raised as itself.
local mine = {}
local ok, err = pcall(plait.timeout, 3600, error, mine)
print(ok, err == mine) --> false	true
print(pcall(plait.timeout, 0.001, function()
    local c <close> = setmetatable({}, { __close = function() error("in clean-up", 0) end })
    sleep(3600)
end)) --> false	in clean-up
