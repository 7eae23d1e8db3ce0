-- pool_class.lua - plait.Pool([n or {threads = n} or {processes = n}, init = f,
-- recycle = k]).
--
-- Workers are daemons that run pool_worker.lua. They take jobs from one
-- channel, so they go on while the script computes. Each worker tells in a
-- channel of its own which job it has: when it dies, that job fails and
-- another worker takes its place.
--
-- A pool that was sent to another strand is the same pool: what it holds are
-- shared objects (and this class travels by name). Only the strand that made
-- it looks after the workers.

local internal = require "plait.internal"
local plait = require "plait"
local worker_main = require("plait.pool_worker").run

local Pool = { __name = "plait.Pool" }
Pool.__index = Pool

local pools_of = setmetatable({}, { __mode = "k" }) -- private parts

local function usage(message) internal.raise("usage", message) end

local function check_count(n, what)
  if math.type(n) ~= "integer" or n < 1 or n > 10000 then
    usage(("Pool: %s is %s, not a number of workers from 1 to 10000"):format(
      what, tostring(n)))
  end
  return n
end

local function read_options(options)
  if options == nil or type(options) == "number" then
    options = { threads = options }
  elseif type(options) ~= "table" then
    usage(("Pool: argument 1 is a %s, not a number or a table"):format(
      type(options)))
  end
  local p = { kind = "thread", recycle = options.recycle }
  if options.processes then
    p.kind, p.count = "process", check_count(options.processes, "processes")
  elseif options.threads or options[1] then
    p.count = check_count(options.threads or options[1], "threads")
  else
    p.count = plait.cpu_count()
  end
  if p.recycle then check_count(p.recycle, "recycle") end
  if options.init then
    if not internal.is_callable(options.init) then
      usage("Pool: init is not a function")
    end
    -- It sets up the worker's own state: its writes are meant to stay there.
    p.init = internal.pack(options.init, p.kind, { private = true })
  end
  return p
end

-- The private parts; made for a pool that came from elsewhere.
local function parts_of(self, caller)
  local p = pools_of[self]
  if p then return p end
  if getmetatable(self) ~= Pool then
    usage(caller .. ": not a pool; write pool:" .. caller .. "()")
  end
  p = { jobs = self.jobs, numbers = self.numbers, kind = self.kind,
    count = self.count, is_elsewhere = true,
    functions = setmetatable({}, { __mode = "k" }) }
  pools_of[self] = p
  return p
end

local function is_closed(p) return p.is_closed or p.jobs:closed() end

-- ---- workers ----

local start_worker

-- The job the worker took last and did not finish; false: it finished it;
-- nil: it never took one.
local function last_job(worker)
  local job
  repeat
    local took = worker.current:try_recv()
    if took ~= nil then job = took end
  until took == nil
  return job
end

-- Fails every job that nobody will take any more.
local function fail_jobs(p, err)
  repeat
    local job = p.jobs:try_recv()
    if job then job.reply:send{ id = job.id, failed = true, err = err } end
  until not job
end

-- Runs as a task when a worker has ended, for whatever reason.
local function worker_ended(p, worker)
  p.workers[worker] = nil
  local err = worker.handle:error() -- received: its job reports it
  local job = last_job(worker)
  if job then
    job.reply:send{ id = job.id, failed = true, err = err }
  elseif worker.handle:status() == "cancelled" then
    return -- the program ends, and with it the pool
  elseif job == nil and err ~= nil and not p.is_cancelled then
    -- It cannot even begin (init raises, say): others could not either.
    p.broken = err
    if not p.jobs:closed() then p.jobs:close() end
    p.is_closed = true
  end
  if p.broken and next(p.workers) == nil then fail_jobs(p, p.broken) end
  if p.broken then return end
  if not p.is_cancelled and (not is_closed(p) or #p.jobs > 0) then
    start_worker(p)
  end
end

function start_worker(p)
  local spawn = p.kind == "thread" and plait.spawn_thread or plait.spawn_process
  local worker = { current = plait.Channel(math.huge) }
  worker.handle = spawn{ worker_main, p.jobs, worker.current, p.init,
    p.recycle, daemon = true, name = "pool worker", n = 5 }
  p.workers[worker] = true
  worker.handle:on_done(function() worker_ended(p, worker) end)
end

-- ---- jobs ----

-- What a function takes along is packed once; workers keep it by its number.
local function packed(p, f, caller)
  if not internal.is_callable(f) then
    usage(("%s: argument 1 is a %s, not a function"):format(caller, type(f)))
  end
  local known = p.functions[f]
  if not known then
    known = { id = p.numbers:add(1), code = internal.pack(f, p.kind) }
    p.functions[f] = known
  end
  return known
end


local function check_open(self, caller)
  local p = parts_of(self, caller)
  if p.broken then error(p.broken, 0) end
  if is_closed(p) then internal.raise("closed", caller .. ": the pool is closed") end
  return p
end

local function send_job(p, f, reply, id, mode, items, count, stop)
  p.jobs:send{ fn = f.id, code = f.code, reply = reply, id = id, mode = mode,
    items = items, count = count, stop = stop }
end

-- A job's answer is {id =, n =, values...} or {id =, err =, traceback =}.
local function raise_answer(answer)
  internal.raise_received(answer.err, answer.traceback)
end

local function run_list(p, f, list, mode, options)
  local total = list.n or #list
  local size = options and options.chunk or
    math.max(1, math.min(1024, math.ceil(total / (p.count * 4))))
  if math.type(size) ~= "integer" or size < 1 then
    usage("map: chunk is not a positive integer")
  end
  local reply, stop = plait.Channel(math.huge), plait.Value(false)
  local sent = 0
  for first = 1, total, size do
    local count = math.min(size, total - first + 1)
    send_job(p, f, reply, first, mode,
      table.move(list, first, first + count - 1, 1, {}), count, stop)
    sent = sent + 1
  end
  local results, failure = {}, nil
  for _ = 1, sent do
    local answer = reply:recv()
    if answer.failed then
      failure = failure or answer
      stop:set(true) -- jobs that have not begun are left out
    elseif not failure then
      table.move(answer, 1, answer.n, answer.id, results)
    end
  end
  if failure then raise_answer(failure) end
  return results
end

-- pool:map(f, list[, {chunk = n}]) -> {f(list[1]), f(list[2]), ...}
function Pool:map(f, list, options)
  local p = check_open(self, "map")
  if type(list) ~= "table" then
    usage(("map: argument 2 is a %s, not a list"):format(type(list)))
  end
  return run_list(p, packed(p, f, "map"), list, "one", options)
end

-- pool:starmap(f, list[, options]): each item is a list of arguments
function Pool:starmap(f, list, options)
  local p = check_open(self, "starmap")
  if type(list) ~= "table" then
    usage(("starmap: argument 2 is a %s, not a list"):format(type(list)))
  end
  for i = 1, list.n or #list do
    if type(list[i]) ~= "table" then
      usage(("starmap: item %d is a %s, not a list of arguments"):format(i,
        type(list[i])))
    end
  end
  return run_list(p, packed(p, f, "starmap"), list, "list", options)
end

local function wait_for_answer(reply)
  local answer = reply:recv()
  if answer.failed then raise_answer(answer) end
  return table.unpack(answer, 1, answer.n)
end

-- pool:submit(f, ...) -> handle
function Pool:submit(f, ...)
  local p = check_open(self, "submit")
  local known, reply = packed(p, f, "submit"), plait.Channel(1)
  send_job(p, known, reply, 1, "call", { ... }, select("#", ...), nil)
  return plait.async(wait_for_answer, reply)
end

-- ---- the end ----

-- pool:close(): no more jobs; those that were given are done
function Pool:close()
  local p = parts_of(self, "close")
  if is_closed(p) then return end
  p.is_closed = true
  p.jobs:close()
end

-- pool:join(): waits until all workers have ended, after close or cancel
function Pool:join()
  local p = parts_of(self, "join")
  if p.is_elsewhere then usage("join: the pool was made by another strand") end
  if not is_closed(p) then usage("join: close or cancel the pool first") end
  while next(p.workers) do
    local handles = {}
    for worker in pairs(p.workers) do handles[#handles + 1] = worker.handle end
    internal.wait_many(handles, #handles, "all")
    plait.yield() -- lets worker_ended run
  end
end

-- pool:cancel(): stops the workers; jobs that are not done fail
function Pool:cancel()
  local p = parts_of(self, "cancel")
  if p.is_elsewhere then usage("cancel: the pool was made by another strand") end
  p.is_cancelled = true
  Pool.close(self)
  fail_jobs(p, p.cancellation)
  for worker in pairs(p.workers) do worker.handle:cancel() end
end

function Pool:__close(err)
  if parts_of(self, "close").is_elsewhere then return end
  if err ~= nil then Pool.cancel(self) else Pool.close(self) end
  Pool.join(self)
end

function Pool:__tostring()
  return ("Pool (%d %s)"):format(self.count,
    self.kind == "thread" and "threads" or "processes")
end

-- plait.Pool
local function new(options)
  local p = read_options(options)
  p.jobs = plait.Channel(math.huge)
  p.workers, p.functions = {}, setmetatable({}, { __mode = "k" })
  p.numbers = plait.Value(0)
  p.cancellation = setmetatable({ kind = "cancelled",
    message = "cancelled: the pool was cancelled" }, plait.Error)
  local self = setmetatable({ jobs = p.jobs, numbers = p.numbers,
    kind = p.kind, count = p.count }, Pool)
  pools_of[self] = p
  for _ = 1, p.count do start_worker(p) end
  return self
end

internal.new_pool = new

return Pool
