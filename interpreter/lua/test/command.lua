-- plait.test.command: t.cmd{"program", ..., stdin =, env =, cwd =, stdout =, stderr =, timeout =, limit =}
--     -> {code =, signal =, stdout =, stderr =, seconds =, timed_out =}
--
-- A program that runs to its end, or to the end of its time: what it has printed until then is in the result all the same.

local internal = require "plait.internal"
local plait = require "plait"
local suite = require "plait.test.suite"

local TIMEOUT = 10
local LIMIT = 16 << 20
local own = { timeout = true, limit = true, stdin = true, env = true }
local passed = { cwd = true, stdout = true, stderr = true, name = true }

local command = {}

-- The words and the options of a program, to be given to spawn_process: those that are not `own`, and are in `allowed`. The first
-- word "plait" is the program that runs; `env` is added to the environment, false takes a variable away.
function command.spec(name, spec, own_options, allowed)
  if type(spec) ~= "table" then
    suite.usage("%s: argument 1 is %s, not a table; write %s{\"ls\", \"-l\"}", name, internal.describe(spec), name)
  end
  if spec[1] == nil then suite.usage("%s: there is no program; write %s{\"ls\", \"-l\"}", name, name) end
  local words = {}
  for key, value in next, spec do
    if math.type(key) == "integer" then
      words[key] = value
    elseif allowed[key] then
      words[key] = value
    elseif not own_options[key] then
      suite.usage("%s: there is no option '%s'", name, tostring(key))
    end
  end
  if words[1] == "plait" then words[1] = "/proc/self/exe" end
  if spec.env ~= nil then
    if type(spec.env) ~= "table" then suite.usage("%s: env is %s, not a table", name, internal.describe(spec.env)) end
    words.env = internal.test().environment()
    for key, value in next, spec.env do words.env[key] = value or nil end
  end
  local seconds = spec.timeout
  if seconds ~= nil and (type(seconds) ~= "number" or not (seconds > 0)) then
    suite.usage("%s: timeout is %s, not a number of seconds", name, internal.describe(seconds))
  end
  return words
end

-- What comes is kept as far as the limit, and read to its end.
local function collect(stream, limit)
  local parts, size = {}, 0
  local function text() return table.concat(parts) end
  local task = async(function()
    for bytes in function() return stream:read_some() end do
      if size < limit then parts[#parts + 1] = bytes:sub(1, limit - size) end
      size = size + #bytes
    end
  end)
  return task, text
end

-- What was started ends, whoever leaves, and why.
local Ending = {}
function Ending:__close()
  local handle = self.handle
  if not handle:done() then
    handle:cancel()
    plait.wait{ handle }
  end
  handle:error() -- is received
  for _, task in ipairs(self) do
    task:cancel()
    plait.wait{ task }
    task:error()
  end
  for _, name in ipairs{ "stdin", "stdout", "stderr" } do
    if handle[name] then handle[name]:close() end
  end
end

local function start(spec)
  local words = command.spec("t.cmd", spec, own, passed)
  if spec.stdin ~= nil and type(spec.stdin) ~= "string" then
    suite.usage("t.cmd: stdin is %s, not a string", internal.describe(spec.stdin))
  end
  words.stdin = (spec.stdin or "") ~= "" and "pipe" or "null"
  words.stdout, words.stderr = words.stdout or "pipe", words.stderr or "pipe"
  return spawn_process(words)
end

function command.run(spec)
  local began = plait.now()
  local handle = start(spec)
  local ending <close> = setmetatable({ handle = handle }, Ending)
  local limit, texts = spec.limit or LIMIT, {}
  for _, name in ipairs{ "stdout", "stderr" } do
    if handle[name] then ending[#ending + 1], texts[name] = collect(handle[name], limit) end
  end
  if handle.stdin then
    ending[#ending + 1] = async(function()
      handle.stdin:write(spec.stdin) -- who does not read it all is free to
      handle.stdin:close()
    end)
  end
  local awaited = { handle, table.unpack(ending) }
  local _, left = plait.wait(awaited, { timeout = spec.timeout or TIMEOUT })
  if #left > 0 then
    handle:cancel()
    plait.wait{ handle }
    plait.wait(awaited, { timeout = 1 }) -- others may have its outputs open
  end
  handle:error()
  local result = { code = handle.exitcode, signal = handle.signal, seconds = plait.now() - began, timed_out = #left > 0 }
  for name, text in next, texts do result[name] = text() end
  return result
end

return command
