-- A strand whose clean-up fails after it was cancelled has failed with that error; the report says what it was called for.
--! status: 1
--! stderr: close_after_cancel.lua:6: cannot say goodbye
--! stderr: in place of this error:
--! stderr: cancelled: enough
local closing = setmetatable({}, { __close = function() error("cannot say goodbye") end })
local h = async(function()
    local c <close> = closing
    sleep(60)
end)
sleep(0)
h:cancel("enough")
sleep(0)
print(h:status()) --> failed
