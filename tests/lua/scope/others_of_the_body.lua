-- Those that fail while they are cancelled because the block has failed are others of its error; and what the
-- block raises after a strand has failed is one of that strand's.
local function fail_later()
    local c <close> = setmetatable({}, { __close = function() error("later", 0) end })
    sleep(3600)
end
local ok, err = pcall(function()
    local s <close> = plait.scope()
    s:async(fail_later)
    sleep(0)
    error("body", 0)
end)
print(err, plait.others(err).n, plait.others(err)[1]) --> body	1	later
ok, err = pcall(function()
    local s <close> = plait.scope()
    s:async(error, "strand", 0)
    pcall(sleep, 3600)
    error("body", 0)
end)
print(err, plait.others(err).n, plait.others(err)[1]) --> strand	1	body
