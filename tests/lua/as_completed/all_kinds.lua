-- Tasks, threads, processes and futures; those that have ended already come
-- first, in the order of the list; errors are not raised.
local ended = async(function() error("x", 0) end)
plait.wait{ ended }
local first, second = plait.Future(), plait.Future()
local list = {
    spawn_process(function(f) return await(f) end, second),
    spawn_thread(function(f, g)
        await(f)
        g:resolve("go on")
        return "thread"
    end, first, second),
    first,
    ended,
    async(function() first:resolve("now") end),
}
local order, count = {}, 0
for handle, i in plait.as_completed(list) do
    order[handle] = count
    count = count + 1
end
print(count, order[ended], ended:error()) --> 5	0	x
print(order[first] < order[list[2]], order[list[2]] < order[list[1]]) --> true	true
