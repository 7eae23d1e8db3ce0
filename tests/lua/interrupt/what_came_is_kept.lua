-- What a strand was given before it was told to stop is its own: it has the whole grace from when it runs, however late that is.
local function try()
    local ch, kept, stopped = plait.Channel(), nil, nil
    local reader = async(function()
        local _ <close> = setmetatable({}, { __close = function() stopped = plait.now() end })
        local v = ch:recv()
        for _ = 1, 10000 do local _ = {} end
        kept = v
        sleep(60)
    end)
    sleep(0)
    ch:send("here")
    reader:cancel()
    local ends = plait.now() + 0.2
    while plait.now() < ends do local _ = {} end -- nobody else runs for so long
    local began = plait.now()
    local ok, err = pcall(await, reader)
    return stopped - began, kept, ok, err
end

local ran, kept, ok, err
repeat
    ran, kept, ok, err = try()
until kept or ran < 0.05 -- else the machine was so busy that the grace was over
print(ok, err) --> false	cancelled
print(kept) --> here
