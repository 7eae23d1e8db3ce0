-- pool.lua - plait.Pool([n or {threads = n} or {processes = n}, init = f,
-- recycle = k, command = words]): reads the options and makes a pool. What it can do stands in
-- pool_class.lua; its jobs and workers are kept in C (lib_pool.c).

local internal = require "plait.internal"
local plait = require "plait"

local MOST = 10000

local known = { threads = true, processes = true, init = true, recycle = true,
  command = true, format = true, [1] = true }

local function usage(...) internal.raise("usage", string.format(...)) end

local function check_count(n, what, noun)
  if math.type(n) ~= "integer" or n < 1 or n > MOST then
    usage("Pool: %s is %s, not a number of %s from 1 to %d", what,
      internal.describe(n), noun, MOST)
  end
  return n
end

local function check_names(options)
  for name in next, options do
    if not known[name] then
      usage("Pool: there is no option '%s'", tostring(name))
    end
  end
  local threads = options.threads or options[1]
  if threads ~= nil and options.processes ~= nil then
    usage("Pool: it is of threads or of processes, not of both")
  end
  if options.threads ~= nil and options[1] ~= nil then
    usage("Pool: the number of threads is given twice")
  end
  if options.format ~= nil and options.command == nil then
    usage("Pool: there is a format, and no command")
  end
  if options.command == nil then return end
  if options.processes == nil then
    usage("Pool: a command is for processes; write processes = 4")
  end
  if options.init ~= nil then
    usage("Pool: there is an init, which is for workers that run functions")
  end
end

-- The kind of the workers and their number.
local function read_workers(options)
  if options.processes ~= nil then
    return "process", check_count(options.processes, "processes", "processes")
  end
  local n = options.threads
  if n == nil then n = options[1] end
  if n == nil then return "thread", plait.cpu_count() end
  return "thread", check_count(n, "threads", "threads")
end

local function read_init(options, kind)
  local init = options.init
  if init == nil then return nil end
  if not internal.is_callable(init) then
    usage("Pool: init is %s, not a function", internal.describe(init))
  end
  -- It sets up the worker's own state: its writes are meant to stay there.
  return internal.pack(init, kind, { private = true })
end

return function(options)
  if options == nil or type(options) == "number" then
    options = { threads = options }
  elseif type(options) ~= "table" then
    usage("Pool: argument 1 is %s, not a number or a table",
      internal.describe(options))
  end
  check_names(options)
  local kind, count = read_workers(options)
  local recycle = options.recycle
  if recycle ~= nil then check_count(recycle, "recycle", "jobs") end
  if options.command ~= nil then
    return require("plait.pool_command")(options, count)
  end
  return internal.pool_new(internal.pool_work, kind, count, recycle,
    read_init(options, kind))
end
