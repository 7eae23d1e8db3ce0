-- The hint fits the value of the variable: its own name, its own initial value.
local flag, text, ratio = false, "idle", 0.5
local function hint(f)
    print((tostring(select(2, pcall(spawn_thread, f))):match("use: (.*)")))
end
hint(function() flag = true end) --> local flag = plait.Value(false)  ...  flag:set(true)
hint(function() ratio = ratio + 1 end) --> local ratio = plait.Value(0.5)  ...  ratio:add(1)
print(tostring(select(2, pcall(spawn_thread, function() text = "busy" end))):match("use: local text = plait.Value%(") ~= nil) --> true
