-- stat, exists, list, links, rename and chmod.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local function at(name) return folder.path .. "/" .. name end
local function short(message) return (tostring(message):gsub(folder.path:gsub("%-", "%%-"), "DIR")) end

assert(fs.write(at "file", "12345", { mode = "604" }))
assert(fs.mkdir(at "folder", { mode = "750" }))
print(fs.symlink("file", at "link"), fs.symlink("nowhere", at "broken")) --> true	true
os.execute("mkfifo " .. at "pipe")

local stat = fs.stat(at "file")
print(stat.type, stat.size, ("%o"):format(stat.mode), stat.links) --> file	5	604	1
print(math.abs(stat.mtime - os.time()) < 60, math.type(stat.inode), stat.device == fs.stat(at "folder").device) --> true	integer	true
print(fs.stat(at "folder").type, fs.stat(at "link").type, fs.stat(at "pipe").type, fs.stat("/dev/null").type) --> folder	file	pipe	device
print(fs.stat(at "link", { follow = false }).type, fs.stat(at "broken", { follow = false }).size) --> link	7
print(short(select(2, fs.stat(at "broken")))) --> DIR/broken: No such file or directory

print(fs.exists(at "file"), fs.exists(at "none"), fs.exists(at "file/none"), fs.exists(at "broken")) --> true	false	false	false
print((select(3, fs.exists(("x"):rep(300))))) --> 36

local names, types = fs.list(folder.path)
for i, name in ipairs(names) do print(name, types[i]) end
--> broken	link
--> file	file
--> folder	folder
--> link	link
--> pipe	pipe
print(plait.repr((fs.list(at "folder"))), (fs.list(at "none"))) --> {}	nil

print(fs.readlink(at "link"), short(fs.realpath(at "link"))) --> file	DIR/file
print(short(select(2, fs.readlink(at "file"))), select(3, fs.readlink(at "file"))) --> DIR/file: is no symbolic link	22
print(select(3, fs.realpath(at "broken"))) --> 2
print(short(select(2, fs.symlink("x", at "file")))) --> DIR/file: File exists

print(fs.rename(at "file", at "moved"), fs.read(at "moved"), fs.exists(at "file")) --> true	12345	false
print(short(select(2, fs.rename(at "none", at "moved")))) --> DIR/none: No such file or directory
print(fs.chmod(at "moved", "600"), ("%o"):format(fs.stat(at "moved").mode)) --> true	600
print(fs.chmod(at "moved", 420), ("%o"):format(fs.stat(at "moved").mode)) --> true	644
