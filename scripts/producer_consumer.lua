-- Channel: three producers and two consumers. The channel holds four orders at most, so producers wait when
-- consumers are slow. Closing it ends the loops of the consumers.

local orders = plait.Channel(4)

local function produce(cook, count)
    for i = 1, count do orders:send({ cook = cook, dish = i }) end
end

local function consume()
    local served = {}
    for order in orders do
        served[order.cook] = (served[order.cook] or 0) + 1
    end
    return served
end

local consumers = { spawn_thread(consume), spawn_thread(consume) }
gather(
    spawn_thread(produce, "Ada", 40),
    spawn_process(produce, "Ben", 30),
    async(produce, "Cleo", 20)
)
orders:close()

local total = {}
for _, served in ipairs(gather(consumers)) do
    for cook, count in pairs(served) do total[cook] = (total[cook] or 0) + count end
end
print(plait.repr(total))
