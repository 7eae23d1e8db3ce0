-- What may fail returns nil, a message that names the path, and the number of the error.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local function at(name) return folder.path .. "/" .. name end
local function tell(result, message, code)
    if not message then return print(result) end
    message = message:gsub(folder.path:gsub("%-", "%%-"), "DIR"):gsub(("x"):rep(300), "LONG"):gsub("/" .. ("d/"):rep(3000), "/DDD/")
    print(result, message, code)
end

tell(fs.read(at "none")) --> nil	DIR/none: No such file or directory	2
tell(fs.read("")) --> nil	: No such file or directory	2
tell(fs.read(folder.path)) --> nil	DIR: Is a directory	21
tell(fs.write(folder.path, "x")) --> nil	DIR: Is a directory	21
tell(fs.open(folder.path, "r+")) --> nil	DIR: Is a directory	21
tell(fs.open(folder.path):read(1)) --> nil	DIR: Is a directory	21
assert(fs.write(at "file", ""))
tell(fs.read(at "file/x")) --> nil	DIR/file/x: Not a directory	20
tell(fs.list(at "file")) --> nil	DIR/file: Not a directory	20
tell(fs.mkdir(at "file/x")) --> nil	DIR/file/x: Not a directory	20

-- Names that are too long: one, and all together.
local long, deep = at(("x"):rep(300)), at(("d/"):rep(3000))
tell(fs.read(long)) --> nil	DIR/LONG: File name too long	36
tell(fs.write(long, "x", { atomic = true })) --> nil	DIR/LONG: File name too long	36
tell(fs.mkdir(long)) --> nil	DIR/LONG: File name too long	36
tell(fs.rename(at "file", long)) --> nil	DIR/file: File name too long	36
tell(fs.stat(deep)) --> nil	DIR/DDD/: File name too long	36
tell(fs.list(deep)) --> nil	DIR/DDD/: File name too long	36
tell(fs.remove(deep, { recursive = true })) --> nil	DIR/DDD/: File name too long	36
tell(fs.symlink(deep, at "link")) --> nil	DIR/link: File name too long	36

-- Links in a ring.
assert(fs.symlink("b", at "a"))
assert(fs.symlink("a", at "b"))
tell(fs.read(at "a")) --> nil	DIR/a: Too many levels of symbolic links	40
tell(fs.realpath(at "a")) --> nil	DIR/a: Too many levels of symbolic links	40
tell(fs.write(at "a", "x", { atomic = true })) --> nil	DIR/a: Too many levels of symbolic links	40

-- A disk that is full.
tell(fs.write("/dev/full", "x")) --> nil	/dev/full: No space left on device	28
tell(fs.append("/dev/full", ("x"):rep(1 << 21))) --> nil	/dev/full: No space left on device	28
tell(fs.copy(at "file", "/dev/full")) --> true
assert(fs.write(at "file", "some"))
tell(fs.copy(at "file", "/dev/full")) --> nil	/dev/full: No space left on device	28
local full <close> = assert(fs.open("/dev/full", "w"))
tell(full:write("x")) --> nil	/dev/full: No space left on device	28
tell(full:write("")) --> file (/dev/full)
tell(full:seek("cur", -1)) --> nil	/dev/full: Invalid argument	22

-- No permission: also for root, in a file system of the kernel.
local _, _, code = fs.write("/proc/version", "x")
print(code == 13 or code == 5 or code == 1) --> true
print(select(3, fs.mkdir("/proc/x")) == 2, fs.remove("/proc/self") == nil) --> true	true

-- What is no file at all; none of these waits for its other end.
os.execute("mkfifo " .. at "pipe")
tell(fs.read(at "pipe")) --> nil	DIR/pipe: is a pipe, not a file	29
tell(fs.write(at "pipe", "x")) --> nil	DIR/pipe: is a pipe, not a file	6
tell(fs.append(at "pipe", "x")) --> nil	DIR/pipe: is a pipe, not a file	6
tell(fs.open(at "pipe", "r+")) --> nil	DIR/pipe: is a pipe, not a file	29
tell(fs.copy(at "pipe", at "copy")) --> nil	DIR/pipe: is a pipe, not a file	29
tell(fs.copy(at "file", at "pipe")) --> nil	DIR/pipe: is a pipe, not a file	6
tell(fs.write(at "pipe", "x", { atomic = true })) --> nil	DIR/pipe: is no file, and cannot be replaced by one	22
tell(fs.copy(folder.path, at "../copy" .. plait.pid(), { recursive = true })) --> nil	DIR/pipe: is a pipe, not a file	29
fs.remove(at "../copy" .. plait.pid(), { recursive = true })

-- Huge counts and positions.
local f <close> = assert(fs.open(at "file", "r+"))
print(f:read(math.maxinteger), f:read(math.maxinteger)) --> some	nil
tell(f:seek("set", math.maxinteger)) --> 9223372036854775807
tell(f:write("x")) --> nil	DIR/file: Invalid argument	22
