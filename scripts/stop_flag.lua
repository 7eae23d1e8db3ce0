-- Event: one flag starts all at the same moment, another one stops them. A wait with a time-out is a pause that the flag
-- ends early.

local start, stop = plait.Event(), plait.Event()
local beats = plait.Array("u32", 3)

local function beat(i, seconds)
    start:wait()
    repeat beats:add(i, 1) until stop:wait(seconds)
    return "stopped"
end

local hearts = {
    async(beat, 1, 0.002), spawn_thread(beat, 2, 0.003), spawn_process(beat, 3, 60), -- this one is stopped in its pause
}
print("beats before the start:", table.concat(beats, " "))

start:set()
while beats[1] < 5 or beats[2] < 5 or beats[3] < 1 do sleep(0.002) end
stop:set()
print(table.concat(gather(hearts), ", "))
print("the slow one has beaten once:", beats[3] == 1)
