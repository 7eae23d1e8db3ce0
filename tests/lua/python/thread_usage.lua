-- Misuse is an error at the line of the script.
local threading = require "plait.threading"

local function message(f, ...)
    local _, err = pcall(f, ...)
    return (tostring(err):gsub("^.-(thread_usage.lua:%d+:)", "%1"))
end

print(message(function() threading.Thread(print) end)) --> thread_usage.lua:9: Thread: expected a table such as {target = f, args = {1}}, got function
print(message(function() threading.Thread{targt = print} end)) --> thread_usage.lua:10: Thread: unknown option 'targt'
print(message(function() threading.Thread{} end)) --> thread_usage.lua:11: Thread: 'target' is missing, the function to run
local t = threading.Thread{target = print}
print(message(function() t:join() end)) --> thread_usage.lua:13: the thread is not started
print(message(function() threading.Lock():acquire(1) end)) --> thread_usage.lua:14: acquire: the time-out is the second argument: acquire(true, 1)
print(message(function() threading.Timer() end)) --> thread_usage.lua:15: Timer: 'interval' is not a number of seconds
