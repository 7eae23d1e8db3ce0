-- env is the whole environment of a child, for functions and programs; else it has that of its parent.
local function see() return os.getenv("SEEN"), os.getenv("PATH") ~= nil, os.getenv("LUA_PATH") ~= nil end
print(await(spawn_process(see))) --> nil	true	true
print(await(spawn_process{ see, env = {SEEN = "yes = no"} })) --> yes = no	false	false
await(spawn_process{ "/bin/sh", "-c", 'echo "$SEEN,$LUA_PATH"', env = {SEEN = "x"} }) --> x,
print(await(spawn_process{ see, env = {} })) --> nil	false	false
print(pcall(spawn_process, { see, env = {SEEN = true} })) --> false	env.lua:7: spawn_process: env.SEEN is true (a boolean), not a string
