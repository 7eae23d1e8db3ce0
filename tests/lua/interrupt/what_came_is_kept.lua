-- What a strand was given before it was told to stop is its own: it has the whole grace from when it runs, however late that is.
local ch, kept = plait.Channel(), nil
local reader = async(function()
    local v = ch:recv()
    for _ = 1, 10000 do local _ = {} end
    kept = v
    sleep(60)
end)
sleep(0)
ch:send("here")
reader:cancel()
local ends = plait.now() + 0.2
while plait.now() < ends do local _ = {} end -- nobody else runs for so long
print(pcall(await, reader)) --> false	cancelled
print(kept) --> here
