-- Another error that leaves the block goes on, however late it is.
print(pcall(function()
    local d <close> = plait.deadline(0.001)
    pcall(sleep, 3600)
    error("mine", 0)
end)) --> false	mine
