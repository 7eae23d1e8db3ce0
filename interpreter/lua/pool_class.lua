-- pool_class.lua - the methods of a pool. A pool is an object like others: any
-- strand may use it. Only its own workers may not, for they would wait for
-- themselves.

local internal = require "plait.internal"
local combine = require "plait.combine"
local plait = require "plait"
local progress = require "plait.progress"

-- How many bytes of items wait for workers at most, besides four jobs for
-- each; then map waits for answers before it sends more.
local MOST_BYTES = 16 * 1024 * 1024

-- The most items that travel together unless one says otherwise.
local MOST_ITEMS = 4096

local class = {}
local methods = {}
class.methods = methods

local function usage(...) internal.raise("usage", string.format(...)) end
class.usage = usage

-- ---- arguments ----

function class.check_function(f, caller)
  if not internal.is_callable(f) then
    usage("%s: argument 1 is %s, not a function", caller,
      internal.describe(f))
  end
end

-- A misspelt option would change what is done without a word.
function class.check_options(options, allowed, caller)
  if options == nil then return {} end
  if type(options) ~= "table" then
    usage("%s: the options are %s, not a table", caller,
      internal.describe(options))
  end
  for name in next, options do
    if not allowed[name] then
      usage("%s: there is no option '%s'", caller, tostring(name))
    end
  end
  return options
end

-- The option `name`, a whole number from 1 on; nil if it is not given.
function class.check_positive(options, name, caller)
  local n = options[name]
  if n ~= nil and (math.type(n) ~= "integer" or n < 1) then
    usage("%s: %s is %s, not a whole number from 1 on", caller, name,
      internal.describe(n))
  end
  return n
end

-- Lists that are not plain tables (an Array, a Table, what has an __index) are
-- read once, element by element. Returns a plain list and its length.
function class.plain_list(list)
  if type(list) == "table" and getmetatable(list) == nil then
    local n = list.n
    return list, math.type(n) == "integer" and n >= 0 and n or #list
  end
  local n, plain = #list, {}
  for i = 1, n do plain[i] = list[i] end
  return plain, n
end

function class.is_list(v)
  if type(v) == "table" then return not internal.is_callable(v) end
  local kind = type(v) == "userdata" and internal.object_kind(v)
  return kind == "Array" or kind == "Table"
end

local function check_list(list, caller)
  if not class.is_list(list) then
    usage("%s: argument 2 is %s, not a list", caller, internal.describe(list))
  end
  return class.plain_list(list)
end

-- ---- map ----

local map_options = { chunk = true, progress = true, timeout = true }

-- A quarter of a worker's share: so the last ones to end do not wait long for
-- each other. With a display, it should move.
local function default_chunk(total, workers, shows)
  local chunk = math.min(MOST_ITEMS, -(-total // (workers * 4)))
  if shows then chunk = math.min(chunk, -(-total // 100)) end
  return math.max(1, chunk)
end

-- Sends items as long as not too much is under way; returns the last one sent.
local function send_some(batch, mode, list, sent, total, chunk, workers)
  while sent < total do
    local jobs, bytes = batch:pending()
    if jobs >= 4 * workers and bytes > MOST_BYTES then break end
    local last = math.min(sent + chunk, total)
    batch:send(mode, list, sent + 1, last)
    sent = last
  end
  return sent
end

-- How long to wait for the next results: until the display moves, or the time
-- is over.
local function patience(due, tick)
  if not due then return tick end
  return math.max(0, math.min(due - plait.now(), tick or math.huge))
end

-- A failure cancels the other jobs, and may come later than what is cancelled
-- by it; if there is none, it is the pool that was cancelled.
local function raise_failure(batch, state, err, traceback)
  if state == "cancelled" then
    batch:finish()
    batch:cancel()
    local first, _, other, e, t
    repeat
      first, _, other, e, t = batch:recv({})
    until not first or other == "failed"
    if first then err, traceback = e, t end
  end
  internal.raise_received(err, traceback)
end

local function run(self, f, list, total, mode, caller, options)
  local chunk = class.check_positive(options, "chunk", caller)
  local timeout = options.timeout
  combine.check_timeout(caller, timeout)
  local due = timeout and plait.now() + timeout
  local display <close> = progress.open(options.progress, total, caller)
  -- A closed pool says so when it gets a job; without one it has to be asked.
  local kind, workers = internal.pool_look(self, total == 0 and caller or nil)
  local code = internal.pool_code(self, f)
  if total == 0 then return {} end
  chunk = chunk or default_chunk(total, workers, options.progress)
  -- Leaving, for whatever reason, cancels what is under way and waits for it.
  local batch <close> = internal.pool_batch(self, code, caller, kind, true)
  local results, sent, done = internal.new_list(total), 0, 0
  while done < total do
    sent = send_some(batch, mode, list, sent, total, chunk, workers)
    local first, count, state, err, traceback =
      batch:recv(results, patience(due, display.tick))
    if first then
      if state ~= "done" then raise_failure(batch, state, err, traceback) end
      done = done + count
    elseif due and plait.now() >= due then
      return nil, "timeout"
    end
    display:update(done)
  end
  return results
end

-- pool:map(f, list[, {chunk =, progress =, timeout =}])
--   -> {f(list[1]), f(list[2]), ...} | nil, "timeout"
function methods.map(self, f, list, options)
  internal.pool_check(self, "map")
  class.check_function(f, "map")
  local plain, total = check_list(list, "map")
  options = class.check_options(options, map_options, "map")
  return run(self, f, plain, total, "each", "map", options)
end

-- pool:starmap(f, list[, options]): each item is a list of arguments
function methods.starmap(self, f, list, options)
  internal.pool_check(self, "starmap")
  class.check_function(f, "starmap")
  local plain, total = check_list(list, "starmap")
  options = class.check_options(options, map_options, "starmap")
  for i = 1, total do
    if type(plain[i]) ~= "table" then
      usage("starmap: item %d is %s, not a list of arguments", i,
        internal.describe(plain[i]))
    end
  end
  return run(self, f, plain, total, "spread", "starmap", options)
end

-- pool:imap(f, iterable[, {ordered =, ahead =, chunk =, progress =}])
--   -> for ... in
function methods.imap(self, f, iterable, options, ...)
  internal.pool_check(self, "imap")
  return require("plait.pool_imap")(self, f, iterable, options, ...)
end

-- pool:submit(f, ...) -> handle
function methods.submit(self, f, ...)
  internal.pool_check(self, "submit")
  class.check_function(f, "submit")
  internal.pool_look(self)
  return internal.pool_submit(self, internal.pool_code(self, f), "submit", ...)
end

-- ---- the end ----

-- pool:close(): no more jobs; those that were given are done
function methods.close(self)
  internal.pool_self(self, "close")
  internal.pool_close(self)
end

-- pool:join([timeout]): waits until all workers have ended, after close or
-- cancel -> true | nil, "timeout"
function methods.join(self, timeout)
  internal.pool_self(self, "join")
  combine.check_timeout("join", timeout)
  return internal.pool_join(self, timeout)
end

-- pool:cancel(): closes; jobs that are not done are cancelled
function methods.cancel(self)
  internal.pool_self(self, "cancel")
  internal.pool_cancel(self)
end

-- The end of a block with `local pool <close>`.
function class.leave(self, err)
  if err ~= nil then
    internal.pool_cancel(self)
  else
    internal.pool_close(self)
  end
  internal.pool_join(self)
end

return class
