-- select: a desk that listens to a thread and to a process at the same time, with an eye on the clock and on the door.
-- Whatever comes first is dealt with; nothing is lost of what comes later.

local wires, letters = plait.Channel(2), plait.Channel()
local closing = plait.Event()

local function telegraph()
    for i = 1, 4 do wires:send("wire " .. i) end
end

local function post_office()
    for i = 1, 2 do letters:send("letter " .. i) end
end

local received = { wires = {}, letters = {} }
local quiet = 0

local senders = { spawn_thread(telegraph), spawn_process(post_office) }
async(function()
    gather(senders)
    while quiet == 0 do sleep(0.01) end -- let the desk see a quiet moment
    closing:set()
end)

while true do
    local which, what = plait.select{ wires, letters, closing, timeout = 0.05 }
    if which == 1 then
        table.insert(received.wires, what)
    elseif which == 2 then
        table.insert(received.letters, what)
    elseif which == 3 then
        break
    else -- nil, "timeout"
        quiet = quiet + 1
    end
end
print(table.concat(received.wires, ", "))
print(table.concat(received.letters, ", "))
print("a quiet moment:", quiet > 0)

-- Sending is a case too, and `default` means: do not wait at all.
local answers = plait.Channel(1)
print(plait.select{ answers:sending("thanks"), default = true })
print(plait.select{ answers:sending("again"), default = true })
print(answers:recv())
