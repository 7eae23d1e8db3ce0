-- Cycles stay cycles, in arguments, in what is captured and in results.
local ring = {name = "ring"}
ring.next = {back = ring}
ring[ring] = ring
for _, start in ipairs{spawn_thread, spawn_process} do
    local back, same = await(start(function(arg)
        return arg, arg == ring, arg.next.back == arg and arg[arg] == arg
    end, ring))
    print(same, back ~= ring, back.next.back == back, back[back] == back, back.name)
end
--> true	true	true	true	ring
--> true	true	true	true	ring
