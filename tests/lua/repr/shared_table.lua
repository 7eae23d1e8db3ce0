-- A shared Table is shown with what is in it, at any depth, and from any process.
local t = plait.Table{1, 2, {x = {}}}
t.name = "n"
print(plait.repr(t)) --> Table{1, 2, Table{x = Table{}}, name = "n"}
print(plait.repr{plait.Table{1, 4, 9}, plait.Table()}) --> [Table[1, 4, 9], Table{}]
t.self = t
t.value = plait.Value(7)
print(plait.repr(t)) --> Table{1, 2, Table{x = Table{}}, name = "n", self = <cycle>, value = Value(7)}
print(plait.repr(t, {depth = 1})) --> Table{1, 2, {...}, name = "n", self = <cycle>, value = Value(7)}
print(await(spawn_process(function() t.value = nil return await(async(plait.repr, t)) end)))
--> Table{1, 2, Table{x = Table{}}, name = "n", self = <cycle>}
print(plait.repr(t.f)) --> nil
