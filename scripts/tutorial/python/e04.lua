-- E04 with Python's names: one process and one thread of the same function, none joined.

local multiprocessing = require "plait.multiprocessing"
local threading = require "plait.threading"

local function task()
    print("Executing task")
end

local process = multiprocessing.Process{target = task}
local thread = threading.Thread{target = task}

process:start()
thread:start()
