-- plait.test.tools: what a test may change, and is put right when it has ended. Each entry makes the function for a test.

local internal = require "plait.internal"
local suite = require "plait.test.suite"

local tools = {}
local raw = internal.test()

-- t.tmpdir() -> folder with .path; removed at the end, or closed before
function tools.tmpdir(t)
  return function()
    local folder, message = require("plait").fs.temp_folder{ prefix = "plait-test-" }
    if not folder then error("t.tmpdir: " .. message, 0) end
    t.defer(function() folder:close() end)
    return folder
  end
end

-- t.setenv(name, value or nil): of this process, and of what it starts from here on
function tools.setenv(t)
  return function(name, value)
    if type(name) ~= "string" or name == "" or name:find("[=%z]") then
      suite.usage("t.setenv: argument 1 is %s, not the name of a variable", internal.describe(name))
    end
    if value ~= nil and type(value) ~= "string" then
      suite.usage("t.setenv: argument 2 is %s, not a string or nil", internal.describe(value))
    end
    local before = os.getenv(name)
    local ok, message = raw.setenv(name, value)
    if not ok then error("t.setenv: " .. message, 0) end
    t.defer(function() raw.setenv(name, before) end)
  end
end

-- t.chdir(path): the current directory of the process
function tools.chdir(t)
  return function(path)
    if type(path) ~= "string" then
      suite.usage("t.chdir: argument 1 is %s, not a path", internal.describe(path))
    end
    local before = raw.cwd()
    local ok, message = raw.chdir(path)
    if not ok then error(("t.chdir: %s: %s"):format(path, message), 0) end
    if before then t.defer(function() raw.chdir(before) end) end
  end
end

-- What a patched function was called with: a list of {n =, ...}, oldest first, and their number.
local Calls = { __name = "calls" }
Calls.__index = Calls
function Calls:last() return self[#self] end

-- t.patch(table, key, value) -> what it was, calls. If the value is a function, `calls` has what it was called with.
function tools.patch(t)
  return function(object, key, value)
    if type(object) ~= "table" then
      suite.usage("t.patch: argument 1 is %s, not a table", internal.describe(object))
    end
    if key == nil then suite.usage("t.patch: argument 2 is nil, not a key") end
    local before = rawget(object, key)
    local calls
    if type(value) == "function" then
      calls = setmetatable({}, Calls)
      local original = value
      value = function(...)
        calls[#calls + 1] = table.pack(...)
        return original(...)
      end
    end
    rawset(object, key, value)
    t.defer(function() rawset(object, key, before) end)
    return before, calls
  end
end

local function raise(failure, ...)
  if failure then error(failure, 0) end
  return ...
end

-- t.snapshot(value[, name]): the value is what it was when the snapshot was written
function tools.check_snapshot(t)
  return function(value, name) return require("plait.test.snapshot").check(t, value, name) end
end
function tools.snapshot(t)
  return function(value, name) return raise(require("plait.test.snapshot").check(t, value, name)) end
end

-- t.golden(path, text): the text is what is in the file, whose path is seen from the test file's folder
function tools.golden(t)
  return function(path, text)
    if type(path) ~= "string" then suite.usage("t.golden: argument 1 is %s, not a path", internal.describe(path)) end
    if type(text) ~= "string" then suite.usage("t.golden: argument 2 is %s, not a string", internal.describe(text)) end
    return raise(require("plait.test.snapshot").check_file(t, path, text))
  end
end

return tools
