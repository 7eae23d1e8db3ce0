-- Every method of every object, with arguments that make no sense.
local misuse = require "misuse"
local seed = tonumber(os.getenv("PLAIT_SEED")) or os.time()
math.randomseed(seed)
for name in pairs(misuse.makers) do misuse.check_methods(name) end
print("done") --> done
