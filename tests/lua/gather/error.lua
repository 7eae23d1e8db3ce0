-- On an error gather cancels the others, waits for them, and raises the error as itself.
local err = setmetatable({}, { __name = "mine" })
local cleaned
local slow = async(function()
    local closed <close> = setmetatable({}, { __close = function(self)
        for _ = 1, 5 do plait.yield() end
        cleaned = true
    end })
    await(plait.Future())
end)
local ok, got = pcall(gather, slow, function() plait.yield() error(err) end, function() sleep(60) end)
print(ok, got == err, getmetatable(got).__name) --> false	true	mine
print(cleaned, slow:status()) --> true	cancelled
