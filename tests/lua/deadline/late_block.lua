-- A block that has ended too late raises, though nothing in it waited.
local ok, err = pcall(function()
    local d <close> = plait.deadline(0.001)
    local start = plait.now()
    repeat until plait.now() - start > 0.002
end)
print(err) --> late_block.lua:6: timeout: the block did not end within 0.001 s (deadline at late_block.lua:3)
