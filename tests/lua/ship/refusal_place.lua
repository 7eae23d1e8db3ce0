-- A refusal says where the strand was to be started; uncaught it ends the script.
--! status: 1
--! stderr: refusal_place.lua:7: cannot send to thread: args[1].cfg.handle is a userdata (FILE*)
local open = io.tmpfile()
local function start()
    -- the line that matters
    spawn_thread(print, {cfg = {handle = open}})
end
start()
