-- Wrong arguments raise, and name the argument and the value.
local fs = plait.fs
local function try(f, ...) print((tostring(select(2, pcall(f, ...))):gsub("^[%w_.]+:%d+: ", ""))) end

for _, name in ipairs{ "read", "stat", "exists", "list", "readlink", "realpath", "mkdir", "remove", "walk", "lines", "watch" } do
    try(fs[name])
end
--> fs.read: path is nil, not a string
--> fs.stat: path is nil, not a string
--> fs.exists: path is nil, not a string
--> fs.list: path is nil, not a string
--> fs.readlink: path is nil, not a string
--> fs.realpath: path is nil, not a string
--> fs.mkdir: path is nil, not a string
--> fs.remove: path is nil, not a string
--> fs.walk: path is nil, not a string
--> fs.lines: path is nil, not a string
--> fs.watch: path is nil, not a string
try(fs.open, 5) --> fs.open: path is 5 (a number), not a string
try(fs.write, {}, "x") --> fs.write: path is a table, not a string
try(fs.write, "x", nil) --> fs.write: data is nil, not a string or a number
try(fs.write, "x", true) --> fs.write: data is true (a boolean), not a string or a number
try(fs.append, "x", {}) --> fs.append: data is a table, not a string or a number
try(fs.rename, "x") --> fs.rename: to is nil, not a string
try(fs.copy, nil, "x") --> fs.copy: from is nil, not a string
try(fs.copy, "x", 1) --> fs.copy: to is 1 (a number), not a string
try(fs.symlink, "x", print) --> fs.symlink: path is a function, not a string
try(fs.chmod, "x") --> fs.chmod: mode is nil, not permissions such as "644"
try(fs.chmod, "x", "rwx") --> fs.chmod: mode is "rwx" (a string), not permissions such as "644"
try(fs.write, "x", "", { mode = 4096 }) --> fs.write: mode is 4096 (a number), not permissions such as "644"

try(fs.read, "a\0b") --> fs.read: path has a NUL byte: "a\0b"
try(fs.open, "\0") --> fs.open: path has a NUL byte: "\0"
try(fs.rename, "a", "b\0") --> fs.rename: to has a NUL byte: "b\0"

try(fs.open, "x", "q") --> fs.open: mode is "q" (a string), not "r", "w", "a", "r+", "w+", "a+" or "wx"
try(fs.open, "x", "rx") --> fs.open: mode is "rx" (a string), not "r", "w", "a", "r+", "w+", "a+" or "wx"
try(fs.open, "x", {}) --> fs.open: mode is a table, not "r", "w", "a", "r+", "w+", "a+" or "wx"
try(fs.read, "x", "soon") --> fs.read: options are "soon" (a string), not a table or a number of seconds
try(fs.read, "x", { limits = 1 }) --> fs.read: there is no option 'limits'
try(fs.read, "x", { limit = -1 }) --> fs.read: limit is -1 (a number), not a number of bytes
try(fs.read, "x", -1) --> fs.read: timeout is -1 (a number), not a number of seconds
print((plait.kind(select(2, pcall(fs.read, "x", 0 / 0))))) --> usage
try(fs.read, "x", { timeout = "1" }) --> fs.read: timeout is "1" (a string), not a number of seconds
try(fs.mkdir, "x", { parent = true }) --> fs.mkdir: there is no option 'parent'
try(fs.walk, "/", { depth = 0 }) --> fs.walk: depth is 0 (a number), not a number of levels from 1
try(fs.walk, "/", { enter = 1 }) --> fs.walk: enter is 1 (a number), not a function
try(fs.temp_file, { suffix = 1 }) --> fs.temp_file: suffix is 1 (a number), not a string

local f <close> = fs.temp_file()
try(f.read, f, "x") --> read: format 1 is "x" (a string), not "l", "L", "n", "a" or a number of bytes
try(f.read, f, "l", -1) --> read: format 2 is -1 (a number), not "l", "L", "n", "a" or a number of bytes
try(f.read, f, 1.5) --> read: format 1 is 1.5 (a number), not "l", "L", "n", "a" or a number of bytes
try(f.read, f, nil) --> read: format 1 is nil, not "l", "L", "n", "a" or a number of bytes
try(f.read, f, "l", { limit = 1 }) --> read: there is no option 'limit'
try(f.lines, f, {}, 1) --> lines: format 1 is a table, not "l", "L", "n", "a" or a number of bytes
try(f.write, f, "a", nil, "b") --> write: argument 2 is nil, not a string or a number
try(f.write, f, print) --> write: argument 1 is a function, not a string or a number
try(f.seek, f, "middle") --> seek: argument 1 is "middle" (a string), not "set", "cur" or "end"
try(f.seek, f, "set", 1.5) --> seek: argument 2 is 1.5 (a number), not a whole number
try(f.truncate, f, -1) --> truncate: argument 1 is -1 (a number), not a number of bytes
try(f.read) --> read: argument 1 is nil, not a file of plait.fs
try(f.close, io.stdout) --> close: argument 1 is an open file, not a file of plait.fs

local closed = fs.open("/dev/null")
closed:close()
for _, name in ipairs{ "read", "seek", "sync", "stat", "truncate", "flush", "close", "write" } do try(closed[name], closed) end
--> read: attempt to use a closed file (/dev/null)
--> seek: attempt to use a closed file (/dev/null)
--> sync: attempt to use a closed file (/dev/null)
--> stat: attempt to use a closed file (/dev/null)
--> truncate: attempt to use a closed file (/dev/null)
--> flush: attempt to use a closed file (/dev/null)
--> close: attempt to use a closed file (/dev/null)
--> write: attempt to use a closed file (/dev/null)
print(closed) --> file (closed)
-- A file does not travel.
local function use(file) return file:read() end
try(spawn_thread, use, f)
--> cannot send to thread: args[1] is an open file, which stays in its state; send its path and open it there
try(spawn_process, function() return f:read() end)
--> cannot send to process: the function (captured 'f') is an open file, which stays in its state; send its path and open it there
local folder <close> = fs.temp_folder()
try(spawn_thread, use, { folder })
--> cannot send to thread: args[1][1] is a temporary folder, which stays in its state; send its path
