-- A watch of a folder tells what happens to what is in it.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local function at(name) return folder.path .. "/" .. name end
local function short(path) return path and (path:gsub(folder.path:gsub("%-", "%%-"), "DIR")) end
local watch <close> = assert(fs.watch(folder.path))
print(short(tostring(watch))) --> watch (DIR)

local function tell(count)
    for _ = 1, count do
        local event = assert(watch:next(10))
        print(event.kind, short(event.path), event.type, short(event.from))
    end
    print(watch:next(0))
end
tell(0) --> nil	timeout
assert(fs.write(at "a", "x"))
tell(3)
--> created	DIR/a	file	nil
--> changed	DIR/a	file	nil
--> written	DIR/a	file	nil
--> nil	timeout
assert(fs.append(at "a", "y"))
tell(2)
--> changed	DIR/a	file	nil
--> written	DIR/a	file	nil
--> nil	timeout
assert(fs.rename(at "a", at "b"))
tell(1)
--> renamed	DIR/b	file	DIR/a
--> nil	timeout
assert(fs.mkdir(at "d"))
assert(fs.write(at "d/inside", "")) -- not recursive
assert(fs.remove(at "b"))
tell(2)
--> created	DIR/d	folder	nil
--> removed	DIR/b	file	nil
--> nil	timeout
assert(fs.write(at "x", "", { atomic = true }))
local event
repeat event = watch:next(10) until event.kind == "renamed"
print(short(event.path), event.from:match("/%.plait%-%w+$") ~= nil) --> DIR/x	true

-- Moved out and in: as removed and created.
local other <close> = assert(fs.temp_folder())
assert(fs.rename(at "x", other.path .. "/x"))
assert(fs.rename(other.path .. "/x", at "y"))
tell(2)
--> removed	DIR/x	file	nil
--> created	DIR/y	file	nil
--> nil	timeout

-- The end of the folder is the end of the watch.
assert(fs.remove(folder.path, { recursive = true }))
local kinds = {}
for e in watch do kinds[#kinds + 1] = e.kind end
print(table.concat(kinds, " "), watch:next()) --> removed removed removed	nil	closed
print(watch) --> watch (closed)
