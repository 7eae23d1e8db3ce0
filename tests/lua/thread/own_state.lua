-- A thread has a Lua state of its own: what it does to its globals and to its copies stays there.
_G.shade = "of the main state"
local config = {list = {1, 2}}
print(await(spawn_thread(function(arg)
    load("shade = 'of the thread'; string.mine = true")()
    arg.list[3] = 3
    return load("return shade")(), string.mine, #arg.list
end, config))) --> of the thread	true	3
print(shade, string.mine, #config.list) --> of the main state	nil	2
