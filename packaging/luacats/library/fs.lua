---@meta plait.fs

-- Files and folders; whoever calls waits. Failures are nil, message, code; nil, "timeout".

---@class plait.fs
local fs = {}

---@async
---@param path string
---@param options? {limit?: integer, timeout?: number}|number
---@return string? text
---@return string? message
---@return integer? code
function fs.read(path, options) end

---@async
---@param path string
---@param data string|number
---@param options? {atomic?: boolean, sync?: boolean, new?: boolean, mode?: string|integer, timeout?: number}|number
---@return true?
---@return string? message
---@return integer? code
function fs.write(path, data, options) end

---@async
---@param path string
---@param data string|number
---@param options? {sync?: boolean, mode?: string|integer, timeout?: number}|number
---@return true?
---@return string? message
---@return integer? code
function fs.append(path, data, options) end

---@async
---@param from string
---@param to string
---@param options? {recursive?: boolean, atomic?: boolean, new?: boolean, timeout?: number}|number
---@return true?
---@return string? message
---@return integer? code
function fs.copy(from, to, options) end

---@async
---@param path string
---@param how? string as in io.open, and "x": it must be new
---@param options? {limit?: integer, mode?: string|integer, timeout?: number}|number
---@return plait.File?
---@return string? message
---@return integer? code
function fs.open(path, how, options) end

---As io.lines: the file is closed at the end of the loop, however that ends.
---@async
---@param path string
---@param ... plait.ReadFormat
---@return fun(): any
function fs.lines(path, ...) end

---@class plait.FileStat
---@field type plait.FileType
---@field size integer
---@field mode integer
---@field mtime number
---@field atime number
---@field ctime number
---@field uid integer
---@field gid integer
---@field links integer
---@field inode integer
---@field device integer

---@alias plait.FileType "file"|"folder"|"link"|"pipe"|"socket"|"device"|"other"

---@async
---@param path string
---@param options? {follow?: boolean, timeout?: number}|number
---@return plait.FileStat?
---@return string? message
---@return integer? code
function fs.stat(path, options) end

---@async
---@param path string
---@param timeout? number|plait.Timed
---@return boolean?
---@return string? message
---@return integer? code
function fs.exists(path, timeout) end

---@async
---@param from string
---@param to string
---@param timeout? number|plait.Timed
---@return true?
---@return string? message
---@return integer? code
function fs.rename(from, to, timeout) end

---@async
---@param path string
---@param options? {recursive?: boolean, timeout?: number}|number
---@return true?
---@return string? message
---@return integer? code
function fs.remove(path, options) end

---@async
---@param path string
---@param mode string|integer octal digits, or a number as fs.stat gives it
---@param timeout? number|plait.Timed
---@return true?
---@return string? message
---@return integer? code
function fs.chmod(path, mode, timeout) end

---@async
---@param target string
---@param path string
---@param timeout? number|plait.Timed
---@return true?
---@return string? message
---@return integer? code
function fs.symlink(target, path, timeout) end

---@async
---@param path string
---@param timeout? number|plait.Timed
---@return string? target
---@return string? message
---@return integer? code
function fs.readlink(path, timeout) end

---@async
---@param path string
---@param timeout? number|plait.Timed
---@return string?
---@return string? message
---@return integer? code
function fs.realpath(path, timeout) end

---@async
---@param path string
---@param timeout? number|plait.Timed
---@return string[]? names
---@return plait.FileType[]|string types
---@return integer? code
function fs.list(path, timeout) end

---For a loop: path, type, message of all that is below it.
---@async
---@param path string
---@param options? {depth?: integer, enter?: (fun(path: string): any), timeout?: number}|number
---@return fun(): string?, plait.FileType?, string?
function fs.walk(path, options) end

---@async
---@param path string
---@param options? {parents?: boolean, mode?: string|integer, timeout?: number}|number
---@return true?
---@return string? message
---@return integer? code
function fs.mkdir(path, options) end

---@alias plait.TempOptions {folder?: string, prefix?: string, suffix?: string, timeout?: number}

---A file that closing removes.
---@async
---@param options? plait.TempOptions|number
---@return plait.File?
---@return string? message
---@return integer? code
function fs.temp_file(options) end

---A folder that closing removes.
---@async
---@param options? plait.TempOptions|number
---@return plait.Folder?
---@return string? message
---@return integer? code
function fs.temp_folder(options) end

---Tells what happens in a folder, or to a file.
---@async
---@param path string
---@param options? {recursive?: boolean, timeout?: number}|number
---@return plait.Watch?
---@return string? message
---@return integer? code
function fs.watch(path, options) end

---@class plait.File: plait.Readable
---@field path string
local File = {}

---@async
---@param ... string|number|plait.Timed
---@return plait.File?
---@return string? message
---@return integer? code
function File:write(...) end

---@async
---@param whence? "set"|"cur"|"end"
---@param offset? integer
---@param timeout? number|plait.Timed
---@return integer? position
---@return string? message
---@return integer? code
function File:seek(whence, offset, timeout) end

---@async
---@param size? integer
---@param timeout? number|plait.Timed
---@return true?
---@return string? message
---@return integer? code
function File:truncate(size, timeout) end

---@async
---@param timeout? number|plait.Timed
---@return plait.FileStat?
---@return string? message
---@return integer? code
function File:stat(timeout) end

---Waits until it is on the disk.
---@async
---@param timeout? number|plait.Timed
---@return true?
---@return string? message
---@return integer? code
function File:sync(timeout) end

---@return plait.File
function File:flush() end

---@return true?
---@return string? message
---@return integer? code
function File:close() end

---@class plait.Folder
---@field path string
local Folder = {}

---@return true?
---@return string? message
---@return integer? code
function Folder:close() end

---@class plait.Watch
---@operator call: plait.WatchEvent?
local Watch = {}

---@async
---@param timeout? number
---@return plait.WatchEvent?
---@return ("timeout"|"closed")?
function Watch:next(timeout) end

---@return true?
function Watch:close() end

---@class plait.WatchEvent
---@field kind "created"|"changed"|"written"|"removed"|"renamed"|"overflow"
---@field path string
---@field type "folder"|"file"
---@field from? string

return fs
