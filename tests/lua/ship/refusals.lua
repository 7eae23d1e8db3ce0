-- What cannot travel is refused before anything runs; the message names the path, its kind is "send".
local file <close> = io.tmpfile()
local function refused(start, ...)
    local ok, err = pcall(start, function() print("never") end, ...)
    print(ok, plait.kind(err), (tostring(err):gsub("^.-: (cannot send)", "%1")))
end
local args = {cfg = {handle = file}}
refused(spawn_thread, args) --> false	send	cannot send to thread: args[1].cfg.handle is a userdata (FILE*)
refused(spawn_process, args) --> false	send	cannot send to process: args[1].cfg.handle is a userdata (FILE*)
refused(to_thread, 1, {2, {file}}) --> false	send	cannot send to thread: args[2][2][1] is a userdata (FILE*)
refused(spawn_thread, {list = {coroutine.create(print)}}) --> false	send	cannot send to thread: args[1].list[1] is a coroutine
refused(spawn_thread, nil, coroutine.running()) --> false	send	cannot send to thread: args[2] is a coroutine
refused(spawn_process, {f = string.gmatch("", "")}) --> false	send	cannot send to process: args[1].f is a C function with values of its own
refused(spawn_thread, file) --> false	send	cannot send to thread: args[1] is a userdata (FILE*)
file:close()
refused(spawn_thread, {file}) --> false	send	cannot send to thread: args[1][1] is a userdata (FILE*)
