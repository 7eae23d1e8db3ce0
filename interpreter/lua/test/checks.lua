-- plait.test.checks: the assertions. Each has the value that there is first, and what it should be after it. One that fails
-- raises, or is noted (t.check): an object with a message and what else there is to say.

local suite = require "plait.test.suite"
local equal = require "plait.test.equal"

local checks = { raw = {}, fatal = {}, others = {} }
for name in ("near lt le gt ge matches contains has type raises eventually fail"):gmatch("%a+") do
  checks.others[name] = true
end
local raw = checks.raw

local Failure = { __name = "failure" }
Failure.__index = Failure
function Failure:__tostring()
  local lines = { self.message }
  if self.got then lines[#lines + 1] = "  got   " .. self.got end
  if self.want then lines[#lines + 1] = "  want  " .. self.want end
  if self.diff then lines[#lines + 1] = self.diff end
  return table.concat(lines, "\n")
end

function checks.is_failure(value)
  return type(value) == "table" and getmetatable(value) == Failure
end

-- The place is that of whoever calls plait.
function checks.failure(message, fields)
  local failure = setmetatable(fields or {}, Failure)
  failure.message = message
  if not failure.where then failure.where = ("%s:%d"):format(suite.place()) end
  return failure
end

local function show(value, other) return require("plait.test.diff").show(value, other) end

local function with_note(note, message)
  if note == nil then return message end
  return tostring(note) .. ": " .. message
end

local function describe_equal(got, want, options, note)
  local found = require("plait.test.diff").describe(got, want, options)
  return checks.failure(with_note(note, found.message), found)
end

-- The third argument is a table of options, or what the check is about.
local function options_of(third, fourth)
  if type(third) == "table" then return third, fourth end
  return nil, third
end

------------------------------------------------------------------------------------------------------------ equality

function raw.eq(got, want, third, fourth)
  if third == nil and rawequal(got, want) then return nil, got end
  local options, note = options_of(third, fourth)
  if equal(got, want, options) then return nil, got end
  return describe_equal(got, want, options, note)
end

function raw.ne(got, other, third, fourth)
  local options, note = options_of(third, fourth)
  if not equal(got, other, options) then return nil, got end
  return checks.failure(with_note(note, "equal, and should not be"), { got = show(got) })
end

function raw.is(got, want, note)
  if rawequal(got, want) then return nil, got end
  return checks.failure(with_note(note, "not the same object"), { got = show(got, want), want = show(want, got) })
end

function raw.ok(value, note)
  if value then return nil, value end
  return checks.failure(with_note(note, "neither nil nor false was wanted"), { got = show(value) })
end

--------------------------------------------------------------------------------------------------------------- errors

local function text_of(err)
  if type(err) == "string" then return err end
  local metatable = debug.getmetatable(err)
  if type(metatable) == "table" and rawget(metatable, "__tostring") then
    local ok, text = pcall(tostring, err)
    if ok and type(text) == "string" then return text end
  end
  return show(err)
end
checks.text_of = text_of

local function raise(failure, ...)
  if failure then error(failure, 0) end
  return ...
end

local function add_fatal(name, check)
  checks.fatal[name] = function(...) return raise(check(...)) end
end
for name, check in next, raw do add_fatal(name, check) end

-- The others are loaded when one of them is asked for.
local function load_more()
  setmetatable(raw, nil)
  setmetatable(checks.fatal, nil)
  require("plait.test.checks_more")(checks, raw, show, with_note)
  for name, check in next, raw do
    if not checks.fatal[name] then add_fatal(name, check) end
  end
end
for _, list in ipairs{ raw, checks.fatal } do
  setmetatable(list, { __index = function(_, name)
    if not checks.others[name] then return nil end
    load_more()
    return list[name]
  end })
end

return checks
