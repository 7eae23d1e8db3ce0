-- Catching the error inside of the block does not end it: the next wait raises it again, and so does the block's end.
local count = 0
local ok, err = pcall(function()
    local d <close> = plait.deadline(0.001)
    for _ = 1, 3 do
        if not pcall(sleep, 3600) then count = count + 1 end
    end
    return "lost"
end)
print(ok, plait.kind(err), count) --> false	timeout	3
