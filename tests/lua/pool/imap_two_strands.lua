-- Only one strand waits in a loop over results; one that does is told when another one leaves it.
local pool <close> = plait.Pool(1)
local gate = plait.Event()
local function take_all(results)
    local count = 0
    for _ in results do count = count + 1 end
    return count
end

local next_result = pool:imap(function(i) gate:wait() return i end, { 1, 2, 3 })
local first = async(take_all, next_result)
sleep(0)
local ok, err = pcall(next_result)
print(ok, plait.kind(err), err.message:match("imap: .*"))
--> false	usage	imap: another strand takes its results
gate:set()
print(await(first)) --> 3

-- With jobs under way, and with none, since the source has nothing.
for _, source in ipairs{ { 1 }, plait.Channel() } do
    local stay = plait.Event()
    local results, _, _, closing = pool:imap(function() stay:wait() end, source)
    local waits = async(take_all, results)
    for _ = 1, 5 do plait.yield() end
    do local _ <close> = closing end
    print(await(waits, 5)) --> 0
    waits:cancel()
end
--> 0
