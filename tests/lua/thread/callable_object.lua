-- A table with __call can be started like a function.
local adder = setmetatable({base = 40}, {__call = function(self, n) return self.base + n end})
print(await(spawn_thread(adder, 2))) --> 42
print(await(spawn_process(adder, 3))) --> 43
