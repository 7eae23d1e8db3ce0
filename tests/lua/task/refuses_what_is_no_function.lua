-- Starting what is no function is refused at once, and says what was meant.
local function work() return 7 end
for _, start in ipairs{ async, spawn_thread, to_thread } do
    local ok, err = pcall(start, work())
    print(ok, plait.kind(err), err)
end
--> false	usage	refuses_what_is_no_function.lua:4: async: argument 1 is 7 (a number), not a function; write async(f, ...), not async(f(...))
--> false	usage	refuses_what_is_no_function.lua:4: spawn_thread: argument 1 is 7 (a number), not a function; write spawn_thread(f, ...), not spawn_thread(f(...))
--> false	usage	refuses_what_is_no_function.lua:4: to_thread: argument 1 is 7 (a number), not a function; write to_thread(f, ...), not to_thread(f(...))
print(plait.kind(select(2, pcall(async)))) --> usage
print(plait.kind(select(2, pcall(plait.after, 1, nil)))) --> usage
print(plait.kind(select(2, pcall(spawn_process, 7)))) --> usage
