-- A recursive watch sees folders that come later, and what is in them already, each once.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local function at(name) return folder.path .. "/" .. name end
assert(fs.mkdir(at "a/b", { parents = true }))
local watch <close> = assert(fs.watch(folder.path, { recursive = true }))
local function next_of(kind)
    while true do
        local event = assert(watch:next(10))
        if event.kind == kind then return event.path:sub(#folder.path + 2), event.from and event.from:sub(#folder.path + 2) end
    end
end
assert(fs.write(at "a/b/1", ""))
print(next_of("created")) --> a/b/1	nil
assert(fs.mkdir(at "new/deep/er", { parents = true }))
assert(fs.write(at "new/deep/er/2", ""))
for _ = 1, 4 do print((next_of("created"))) end
--> new
--> new/deep
--> new/deep/er
--> new/deep/er/2
assert(fs.append(at "new/deep/er/2", "x"))
print((next_of("changed"))) --> new/deep/er/2
-- A folder that is renamed is watched under its new name, one that is moved away not any more.
assert(fs.rename(at "new", at "a/old"))
print(next_of("renamed")) --> a/old	new
assert(fs.append(at "a/old/deep/er/2", "x"))
print((next_of("changed"))) --> a/old/deep/er/2
local other <close> = assert(fs.temp_folder())
assert(fs.rename(at "a/old", other.path .. "/old"))
print((next_of("removed"))) --> a/old
assert(fs.append(other.path .. "/old/deep/er/2", "x"))
while watch:next(0) do error("it is still watched") end
assert(fs.rename(other.path .. "/old", at "back"))
local names = {}
for i = 1, 4 do names[i] = next_of("created") end
print(table.concat(names, " ")) --> back back/deep back/deep/er back/deep/er/2
assert(fs.append(at "back/deep/er/2", "x"))
print((next_of("changed"))) --> back/deep/er/2

-- What comes where something was that has been moved away is new, though it was told of once.
assert(fs.mkdir(other.path .. "/in"))
assert(fs.write(other.path .. "/in/1", ""))
assert(fs.write(other.path .. "/in/2", ""))
assert(fs.rename(other.path .. "/in", at "in"))
for _ = 1, 3 do print((next_of("created"))) end
--> in
--> in/1
--> in/2
assert(fs.rename(at "in/1", at "in/3"))
print(next_of("renamed")) --> in/3	in/1
assert(fs.write(at "in/1", ""))
print((next_of("created"))) --> in/1
assert(fs.rename(at "in", other.path .. "/in"))
print((next_of("removed"))) --> in
assert(fs.rename(other.path .. "/in", at "in"))
for _ = 1, 4 do print((next_of("created"))) end
--> in
--> in/1
--> in/2
--> in/3

-- Many at once, made while it looks: each is told once, as created.
local made = 0
local maker = async(function()
    for i = 1, 30 do
        assert(fs.mkdir(at(("many/%d/x"):format(i)), { parents = true }))
        assert(fs.write(at(("many/%d/x/file"):format(i)), ""))
    end
end)
local seen = {}
while made < 91 do
    local name = next_of("created")
    assert(not seen[name], name)
    seen[name] = true
    made = made + 1
end
await(maker)
print(made) --> 91
