-- Rings are made, used and dropped by threads and children at the same time: none that is in use is cleared.
local roots = plait.Table()
for i = 1, 20 do roots[i] = {mark = true} end
local function work(seed, count)
    math.randomseed(seed)
    local kept = roots[1]
    for i = 1, count do
        local t = plait.Table{mark = true}
        t.self, t.other = t, kept
        local root = roots[math.random(20)]
        if not root.mark then return "cleared: a root" end
        local old = root.ring
        if old and not (old.mark and old.self == old and old.other.mark) then return "cleared: a ring" end
        root.ring = t
        if i % 3 == 0 then kept = t end
        if i % 7 == 0 then roots[math.random(20)] = {mark = true, ring = kept} end
        if not kept.mark then return "cleared: what was kept" end
    end
    return "all there"
end
local function in_child(count)
    for i = 1, count do
        local ring = {mark = true, {mark = true}}
        ring.self, ring[1].ring = ring, ring
        roots[21] = ring
        local found = roots[21]
        if not (found.mark and found[1].mark and found[1].ring == found) then return "cleared: a ring" end
    end
    return "all there"
end
print(table.unpack(gather(async(work, 1, 3000), spawn_thread(work, 2, 20000), spawn_thread(work, 3, 20000),
    spawn_process(in_child, 500))))
--> all there	all there	all there	all there
