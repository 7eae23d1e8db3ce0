-- What is written by rename is as what it replaces: permissions, owner, and a link stays a link, also if what it names is not there.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local function at(name) return folder.path .. "/" .. name end
local function mode(name) return ("%o"):format(fs.stat(at(name)).mode) end

assert(fs.write(at "file", "old", { mode = "640" }))
assert(fs.write(at "file", "new", { atomic = true }))
print(mode "file", fs.read(at "file")) --> 640	new
assert(fs.chmod(at "file", "4755"))
assert(fs.write(at "file", "new", { atomic = true }))
print(mode "file") --> 755

-- Links: to one that is there, to another link, and to nothing; relative ones are so from their own folder.
assert(fs.mkdir(at "sub"))
assert(fs.symlink("file", at "link"))
assert(fs.symlink("../link", at "sub/link2"))
assert(fs.symlink("sub/none", at "dangling"))
for _, name in ipairs{ "link", "sub/link2", "dangling" } do
    assert(fs.write(at(name), "by " .. name, { atomic = true }))
    print(fs.stat(at(name), { follow = false }).type, fs.read(at "file"))
end
--> link	by link
--> link	by sub/link2
--> link	by sub/link2
print(fs.read(at "sub/none"), fs.stat(at "sub/none", { follow = false }).type) --> by dangling	file
assert(fs.copy(at "file", at "dangling", { atomic = true }))
print(fs.read(at "sub/none")) --> by sub/link2
assert(fs.symlink("loop", at "loop"))
print(select(3, fs.write(at "loop", "x", { atomic = true }))) --> 40
assert(fs.symlink("nowhere", at "other"))
print(select(3, fs.write(at "other", "x", { atomic = true, new = true })), fs.exists(at "nowhere")) --> 17	false
print(#fs.list(folder.path)) --> 6

-- The owner, if we may give files away.
if plait.exec{ "chown", "1234:2345", at "file" }.code == 0 then
    assert(fs.write(at "file", "x", { atomic = true }))
end
local stat = fs.stat(at "file")
local is_kept = stat.uid == 1234 and stat.gid == 2345
print(is_kept or plait.exec{ "id", "-u" }.stdout ~= "0\n") --> true

-- Parents are made so that what is in them can be.
assert(fs.mkdir(at "p/q/r", { parents = true, mode = "500" }))
print(mode "p" == mode "sub", mode "p/q" == mode "sub", mode "p/q/r") --> true	true	500
