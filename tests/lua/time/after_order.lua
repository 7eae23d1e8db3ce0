-- Tasks of plait.after run by (deadline, order of creation).
local order = {}
local function note(name) order[#order + 1] = name end
gather(plait.after(0.6, note, "c"), plait.after(0.01, note, "a"), plait.after(0.6, note, "d"), plait.after(0.3, note, "b"))
print(table.concat(order, " ")) --> a b c d
