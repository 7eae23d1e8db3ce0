-- Keys are booleans, strings, numbers and shared objects; 1 and 1.0 are the same key.
local t, lock, other = plait.Table(), plait.Lock(), plait.Lock()
t[1], t["1"], t[true], t[false], t[1.5], t[lock] = "integer", "string", "yes", "no", "float", "lock"
print(t[1], t[1.0], t["1"], t[true], t[false], t[1.5], t[lock], t[other])
--> integer	integer	string	yes	no	float	lock	nil
t[2^53] = "two to the 53"
print(t[1 << 53], t[-0.0], t[0]) --> two to the 53	nil	nil
local long = ("k"):rep(100)
t[long] = "long"
print(t[("k"):rep(100)], t[("k"):rep(99)]) --> long	nil
print(spawn_process(function() return t[lock], t[1.0] end):await()) --> lock	integer
for _, key in ipairs{{}, print, coroutine.create(print), 0/0} do
    local ok, err = pcall(function() t[key] = 1 end)
    print(t[key], ok, plait.kind(err), err.message:match("cannot be [%a ]+"))
end
--> nil	false	usage	cannot be a table
--> nil	false	usage	cannot be a function
--> nil	false	usage	cannot be a thread
--> nil	false	usage	cannot be NaN
print(select(2, pcall(function() t[nil] = 1 end)))
--> keys.lua:20: Table: a key cannot be nil; it is a boolean, a number, a string or a shared object
local n = 0
for _ in pairs(t) do n = n + 1 end
print(n) --> 8
