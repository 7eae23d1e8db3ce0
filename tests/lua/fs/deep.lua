-- Folders in each other, deeper than there are descriptors, and with longer paths than the system takes, are removed; what a link
-- names is not.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local function grow(name)
    local path = folder.path .. "/" .. name
    while #path < 4060 do path = path .. "/d" end
    assert(fs.mkdir(path, { parents = true }))
    return path
end
local first, second = grow "a", grow "b"
assert(fs.write(folder.path .. "/kept", "kept"))
assert(fs.symlink(folder.path, second:sub(1, 2000) .. "/link"))
assert(fs.rename(folder.path .. "/b", first .. "/b"))
local code = ("print(plait.fs.remove(%q, { recursive = true }))"):format(folder.path .. "/a")
local removed = plait.exec{ "sh", "-c", 'ulimit -n 64 && exec "$0" -e "$1"', arg[-1], code }
print(removed.stdout .. removed.stderr .. table.concat(fs.list(folder.path), " "))
--> true
--> kept

-- Wide, and deep at each place.
for i = 1, 40 do
    local path = folder.path .. "/w/" .. i
    for j = 1, 40 do path = path .. "/" .. j end
    assert(fs.mkdir(path, { parents = true }))
    assert(fs.write(path .. "/file", "x"))
end
print(fs.remove(folder.path .. "/w", { recursive = true }), #fs.list(folder.path)) --> true	1

-- By some names everything in a folder would go, and then not the folder.
assert(fs.mkdir(folder.path .. "/x/y", { parents = true }))
for _, name in ipairs{ "x/.", "x/..", "x/../", "x/y/..//", "x/./" } do
    local ok, message, code = fs.remove(folder.path .. "/" .. name, { recursive = true })
    print(ok, message:gsub("^.*: ", ""), code)
end
--> nil	ends in '.' or '..', which is not removed	22
--> nil	ends in '.' or '..', which is not removed	22
--> nil	ends in '.' or '..', which is not removed	22
--> nil	ends in '.' or '..', which is not removed	22
--> nil	ends in '.' or '..', which is not removed	22
print(fs.remove("", { recursive = true })) --> nil	: No such file or directory	2
print(fs.exists(folder.path .. "/x/y")) --> true
assert(fs.mkdir(folder.path .. "/x/..."))
assert(fs.mkdir(folder.path .. "/x/.y/z", { parents = true }))
print(fs.remove(folder.path .. "/x/...", { recursive = true }), fs.remove(folder.path .. "/x/.y/", { recursive = true })) --> true	true
