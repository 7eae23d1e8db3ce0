-- asyncio.wait gives those that are done and those that are not; as_completed goes by the order of their ends.
local asyncio = require "plait.asyncio"
local say = async.fn(function(seconds, what)
    asyncio.sleep(seconds)
    return what
end)
local function names(handles)
    local list = {}
    for i, h in ipairs(handles) do list[i] = h:done() and h:status() == "done" and await(h) or h:status() end
    return #list == 0 and "none" or table.concat(list, " ")
end

local done, pending = asyncio.wait{say(0.01, "a"), say(0, "b"), function() return "c" end}
print(names(done), names(pending)) --> a b c	none
done, pending = asyncio.wait({say(60, "late"), say(0, "soon")}, {return_when = asyncio.FIRST_COMPLETED})
print(names(done), names(pending)) --> soon	waiting
pending[1]:cancel()
done, pending = asyncio.wait{say(60, "late"), timeout = 0.005}
print(names(done), names(pending)) --> none	waiting
pending[1]:cancel()
local failing = async(error, "no", 0)
done, pending = asyncio.wait({say(60, "late"), failing}, {return_when = asyncio.FIRST_EXCEPTION})
print(names(done), names(pending), failing:error()) --> failed	waiting	no
pending[1]:cancel()
print(pcall(asyncio.wait, {failing}, {return_when = "SOON"})) --> false	wait: unknown return_when 'SOON'
print(pcall(asyncio.wait, {failing, until_ = 1})) --> false	wait: unknown option 'until_'

local order = {}
for handle in asyncio.as_completed{say(0.3, "second"), say(0.01, "first"), function() return "now" end} do
    order[#order + 1] = await(handle)
end
print(table.concat(order, " ")) --> now first second
local slow = say(60, "never")
print(plait.kind(select(2, pcall(function() for _ in asyncio.as_completed({slow}, 0.005) do end end)))) --> timeout
slow:cancel()
