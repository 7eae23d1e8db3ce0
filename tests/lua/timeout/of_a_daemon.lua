-- What a daemon is busy with does not hold the program.
async{ plait.timeout, 3600, function()
    local c <close> = setmetatable({}, { __close = function() print("cleaned up") end })
    sleep(3600)
end, daemon = true }
sleep(0)
sleep(0)
print("end of the script")
--> end of the script
--> cleaned up
