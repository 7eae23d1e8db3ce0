-- A loop in which another strand waits can be left: that one gets an error.
local ch = plait.Channel()
local next_ended, _, _, closing = plait.as_completed{ async(ch.recv, ch) }
local function leave() local _ <close> = closing end

local one, two = async(next_ended), async(next_ended)
sleep(0)
leave()
for _, h in ipairs{ one, two } do print(plait.kind(select(2, pcall(await, h, 5)))) end
--> usage
--> usage
print(plait.kind(select(2, pcall(next_ended)))) --> usage
ch:send(1)

-- One that was cancelled at that very moment.
next_ended, _, _, closing = plait.as_completed{ async(ch.recv, ch) }
local late = async(next_ended)
sleep(0)
late:cancel()
leave()
print(pcall(await, late)) --> false	cancelled
ch:send(1)
