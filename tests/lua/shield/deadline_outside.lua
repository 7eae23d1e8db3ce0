-- A deadline outside of the shield waits for its end.
local ok, err = pcall(function()
    local d <close> = plait.deadline(0.001)
    plait.shield(function() sleep(0.005) print("whole") end)
    sleep(3600)
end)
print(err)
--> whole
--> deadline_outside.lua:5: timeout: sleep did not end within 0.001 s (deadline at deadline_outside.lua:3)
