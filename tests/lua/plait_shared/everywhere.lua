-- plait.shared is the same Table in every strand, without being passed.
plait.shared.n, plait.shared.list = 0, {}
local function note(name)
    plait.update(plait.shared, "n", function(n) return n + 1 end)
    plait.shared.list[name] = {by = name}
    return plait.shared == plait.shared
end
local function in_child() return await(spawn_process(note, "grandchild")) end
local function in_thread() return await(spawn_thread(note, "thread of a child")) end
print(table.unpack(gather(async(note, "task"), spawn_thread(note, "thread"), to_thread(note, "to_thread"),
    spawn_process(note, "process"), spawn_process(in_child), spawn_process(in_thread))))
--> true	true	true	true	true	true
local pool <close> = plait.Pool{processes = 1}
pool:map(note, {"pool"})
print(plait.shared.n, plait.repr(plait.shared.list))
--> 7	Table{grandchild = Table{by = "grandchild"}, pool = Table{by = "pool"}, process = Table{by = "process"}, task = Table{by = "task"}, thread = Table{by = "thread"}, ["thread of a child"] = Table{by = "thread of a child"}, to_thread = Table{by = "to_thread"}}
