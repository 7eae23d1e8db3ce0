-- The functions that make objects or take them, with arguments that make no
-- sense.
local misuse = require "misuse"
local seed = tonumber(os.getenv("PLAIT_SEED")) or os.time()
math.randomseed(seed)
for _, name in ipairs{ "Lock", "RLock", "Condition", "Semaphore", "Event", "Barrier", "Channel",
    "Value", "Table", "Array", "Future", "update", "select", "race", "wait", "as_completed",
    "gather", "scope", "timeout", "deadline", "await", "others", "kind", "repr", "sleep" } do
    misuse.check_function(name, plait[name] or print(name .. " is not there"))
end
print("done") --> done
