-- The traceback of a strand goes through the coroutines that it has resumed, innermost first.
local function leaf() sleep(60) end

local function generator()
    return coroutine.wrap(function()
        leaf()
        coroutine.yield(1)
    end)
end

local task = async(function()
    local inner = coroutine.create(function()
        for _ in generator() do print("never") end
    end)
    coroutine.resume(inner)
end)
plait.yield()

local function find(key)
    for _, record in ipairs(plait.strands()) do
        if record.key == key then return record end
    end
end
print(find("task " .. task.id).traceback)
--> [C]: in function 'sleep'
--> traceback.lua:2: in upvalue 'leaf'
--> traceback.lua:6: in function <traceback.lua:5>
--> [C]: in for iterator 'for iterator'
--> traceback.lua:13: in function <traceback.lua:12>
--> [C]: in field 'resume'
--> traceback.lua:15: in function <traceback.lua:11>
task:cancel()

-- Of the strand that asks, from inside of coroutines.
await(async(function()
    local co = coroutine.wrap(function()
        print((find("task 2").traceback))
    end)
    co()
end))
--> traceback.lua:20: in upvalue 'find'
--> traceback.lua:37: in function <traceback.lua:36>
--> [C]: in local 'co'
--> traceback.lua:39: in function <traceback.lua:35>

-- Of the main strand, which waits in a coroutine while a task asks.
coroutine.wrap(function()
    await(async(function() print((find("the main strand").traceback)) end))
end)()
--> [C]: in function 'await'
--> traceback.lua:48: in function <traceback.lua:47>
--> [C]: in ?
--> traceback.lua:47: in main chunk

-- Of a deep one only both ends are shown.
local function deep(n)
    if n == 0 then event = true sleep(60) end
    return (deep(n - 1))
end
local task = async(deep, 1000)
plait.yield()
local lines = select(2, find("task " .. task.id).traceback:gsub("\n", "\n")) + 1
print(lines, find("task " .. task.id).traceback:match("%.%.%.[^\n]*")) --> 22	...	(skipping 981 levels)
task:cancel()
