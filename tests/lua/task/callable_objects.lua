-- What can be called can be started.
local adder = setmetatable({ base = 40 }, { __call = function(self, n) return self.base + n end })
print(await(async(adder, 2))) --> 42
print(await(async(math.max, 3, 9, 4))) --> 9
print(await(async.fn(adder)(1))) --> 41
