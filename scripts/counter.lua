-- Value: one number, or string, that all strands see. No update is lost, whoever makes it.

local words_seen = plait.Value(0)
local longest = plait.Value("")

local function read(text)
    for word in text:gmatch("%a+") do
        words_seen:add(1)
        longest:update(function(best) return #word > #best and word or best end)
    end
end

gather(
    async(read, "A task shares the memory of the script that starts it"),
    spawn_thread(read, "A thread runs in parallel and has memory of its own"),
    spawn_process(read, "A process is independent: its crash is an error where it is awaited")
)

print(("%d words, the longest is %q"):format(words_seen.value, longest.value))
