-- A file is watched wherever it comes from: made later, replaced, gone.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path, other = folder.path .. "/log", folder.path .. "/other"
local watch <close> = assert(fs.watch(path))
local function tell(kind)
    local event
    repeat event = assert(watch:next(10)) until event.kind == kind
    print(event.kind, event.path == path, event.type)
end
assert(fs.write(other, "not watched"))
assert(fs.write(path, "one"))
tell("created") --> created	true	file
tell("written") --> written	true	file
assert(fs.rename(path, other))
local event = watch:next(10)
print(event.kind, event.path == other, event.from == path) --> renamed	true	true
assert(fs.write(path, "two", { atomic = true }))
tell("renamed") --> renamed	true	file
assert(fs.append(path, "x"))
tell("changed") --> changed	true	file
tell("written") --> written	true	file
assert(fs.remove(other))
assert(fs.remove(path))
tell("removed") --> removed	true	file
print(watch:next(0)) --> nil	timeout
local near <close> = assert(fs.watch("near"))
assert(fs.write("near", "x"))
print(near:next(10).path, near) --> near	watch (near)
print(select(3, fs.watch("none/")), select(3, fs.watch(""))) --> 2	2
print(select(3, fs.watch(folder.path .. "/none/log")), select(3, fs.watch(path .. "/x/y"))) --> 2	2
