-- pool_imap.lua - pool:imap(f, iterable[, {ordered = true, ahead = n,
-- chunk = 1, progress =}]), for `for` loops:
--
--     for result in pool:imap(f, io.lines("input")) do ... end
--
-- Each step gives all results of f for one item. Items are read as results are
-- taken: never more than `ahead` have been read before their results were
-- taken. Of a list they are fetched in the loop's steps. An iterator function
-- may wait, so it is called by a task of its own, which ends whenever enough is
-- read; results are given meanwhile.
--
-- Reading and taking are numbered: item 1, 2, ... `ready` holds the results (or
-- the failures) of items that have ended and were not taken.

local internal = require "plait.internal"
local plait = require "plait"
local class = require "plait.pool_class"
local progress = require "plait.progress"

local usage = class.usage

local imap_options = { ordered = true, ahead = true, chunk = true,
  progress = true }

-- A failure among the results: {error, traceback}.
local Failure = {}

-- ---- reading ----

local function send(self, first, last)
  self.batch:send("many", self.items, first, last)
  self.chunk_end[first] = last
end

-- Sends what was read and not sent. What cannot be sent ends the reading: its
-- error is raised when the results of those before are taken.
local function send_rest(self)
  local first, last = self.sent + 1, self.read
  if first > last then return true end
  local ok, err = pcall(send, self, first, last)
  if ok then
    self.sent = last
    return true
  end
  if last > first then -- those before go by themselves
    for i = first, last do
      ok, err = pcall(send, self, i, i)
      if not ok then break end
      self.sent = i
    end
  end
  self.read = self.sent
  self.has_read, self.read_failure = true, { err }
  self.batch:finish()
  return false
end

local function end_reading(self, failure)
  if not send_rest(self) then return end
  self.has_read, self.read_failure = true, failure
  self.batch:finish()
end

local function has_room(self)
  return not self.has_read and not self.is_closed and
    self.read - self.taken < self.ahead
end

-- Takes what a step of the iterator gave; false at its end.
local function take_item(self, ...)
  if (...) == nil then return false end
  self.read = self.read + 1
  self.items[self.read] = table.pack(...)
  if self.read - self.sent >= self.chunk then send_rest(self) end
  return true
end

-- All that the list says it holds; nil is an item there.
local function read_list(self)
  while has_room(self) and self.read < self.total do
    self.read = self.read + 1
    self.items[self.read] = { n = 1, self.source[self.read] }
    if self.read - self.sent >= self.chunk then send_rest(self) end
  end
  return self.read >= self.total
end

-- What a channel has at hand travels together; more is not waited for.
local function receive(self)
  if self.read > self.sent then
    local v, why = self.source:try_recv()
    if v ~= nil or why == "closed" then return v end
    send_rest(self)
  end
  return (self.source:recv())
end

-- The readers return whether the end was reached.
local function read_channel(self)
  while has_room(self) do
    if not take_item(self, receive(self)) then return true end
  end
  return false
end

local function read_function(self)
  while has_room(self) do
    if not take_item(self, self.source()) then return true end
  end
  return false
end

local function read_some(self)
  local ok, is_over = pcall(self.reads, self)
  if self.is_closed or self.has_read then return end
  if not ok then
    end_reading(self, { is_over })
  elseif is_over then
    end_reading(self)
  end
end

local function read_aside(self)
  read_some(self)
  self.reader = nil
end

-- When there is room for what makes a chunk full: what waits to be sent never
-- waits for ever, for it is less than a chunk, and a chunk is what fits in.
local function go_on_reading(self)
  if self.reader or self.has_read or
    self.ahead - (self.sent - self.taken) < self.chunk then
    return
  end
  if self.total then
    read_some(self)
  else
    self.reader = internal.async{ read_aside, self, daemon = true }
    plait.yield() -- it must not wait until this strand waits
  end
end

-- ---- results ----

local function file_one(self, i)
  self.items[i] = nil
  self.filed = self.filed + 1
  if not self.ordered then self.order[self.filed] = i end
end

local function file_failure(self, i, ...)
  self.ready[i] = setmetatable({ ... }, Failure)
  file_one(self, i)
end

-- Files an answer: results of `count` items, which are in `ready`, and maybe the
-- failure of the next one. Those behind it go once more.
local function file(self, first, count, state, ...)
  local last = self.chunk_end[first]
  self.chunk_end[first] = nil
  for i = first, first + count - 1 do file_one(self, i) end
  if state == "done" then return end
  local failed = first + count
  file_failure(self, failed, ...)
  if failed == last then return end
  local ok, err = true, ...
  if state == "failed" then ok, err = pcall(send, self, failed + 1, last) end
  if ok and state == "failed" then return end
  for i = failed + 1, last do file_failure(self, i, err) end
end

-- The item whose turn it is, if it is ready.
local function next_ready(self)
  local turn = self.taken + 1
  if not self.ordered then
    local i = self.order[turn]
    self.order[turn] = nil
    return i
  end
  return self.ready[turn] and turn
end

local function close(self)
  if self.is_closed then return end
  self.is_closed = true
  local reader = self.reader
  if reader then
    reader:cancel()
    pcall(reader.await, reader)
  end
  self.batch:close()
  getmetatable(self.display).__close(self.display)
  local _ <close> = self.closing
end

local function finish(self)
  local failure = self.read_failure
  close(self)
  if failure then error(failure[1], 0) end
end

local function give(self, i)
  local result = self.ready[i]
  self.ready[i] = nil
  self.taken = self.taken + 1
  self.display:update(self.taken)
  if getmetatable(result) == Failure then
    internal.raise_received(result[1], result[2])
  end
  if result[1] == nil then
    usage("imap: f returned nil for item %d, which would end the loop; " ..
      "return false, or use map", i)
  end
  return table.unpack(result, 1, result.n)
end

local function step(self)
  if self.is_closed then return nil end
  go_on_reading(self)
  local i = next_ready(self)
  while not i do
    -- A failure of the pool itself concerns all items.
    local first, count, state, err, traceback =
      self.batch:recv(self.ready, self.display.tick)
    if first then
      file(self, first, count, state, err, traceback)
    elseif count ~= "timeout" then
      finish(self)
      return nil
    end
    self.display:update(self.taken)
    i = next_ready(self)
  end
  return give(self, i)
end

-- ---- the beginning ----

-- How the iterable is read, itself, and its length if that is known.
local function read_iterable(iterable)
  if class.is_list(iterable) then
    local list, total = class.plain_list(iterable)
    return read_list, list, total
  end
  if type(iterable) == "userdata" and
    internal.object_kind(iterable) == "Channel" then
    return read_channel, iterable
  end
  if iterable == next then
    usage("imap: pairs(t) does not fit in here, since its iterator needs t; " ..
      "give a list, or a function that returns the next item")
  end
  if internal.is_callable(iterable) then return read_function, iterable end
  usage("imap: argument 2 is %s, not a list, an iterator function or a " ..
    "channel", internal.describe(iterable))
end

local function read_numbers(options, workers)
  local chunk = class.check_positive(options, "chunk", "imap") or 1
  local ahead = class.check_positive(options, "ahead", "imap")
  if ahead and ahead < chunk then
    usage("imap: chunk is %d, so ahead cannot be %d: it is never less", chunk,
      ahead)
  end
  return chunk, ahead or 4 * workers * chunk
end

-- What follows the options is what io.lines gives behind its iterator.
return function(pool, f, iterable, options, _, closing)
  class.check_function(f, "imap")
  local reads, source, total = read_iterable(iterable)
  options = class.check_options(options, imap_options, "imap")
  local ordered = options.ordered
  if ordered ~= nil and type(ordered) ~= "boolean" then
    usage("imap: ordered is %s, not true or false",
      internal.describe(ordered))
  end
  local kind, workers = internal.pool_look(pool)
  local chunk, ahead = read_numbers(options, workers)
  local display = progress.open(options.progress, total, "imap")
  local code = internal.pool_code(pool, f)
  local self = {
    reads = reads, source = source, total = total, closing = closing,
    chunk = chunk, ahead = ahead, ordered = ordered ~= false,
    display = display, batch = internal.pool_batch(pool, code, "imap", kind),
    -- Items are counted as they are read, sent, filed (their results are
    -- here) and taken (by the loop).
    read = 0, sent = 0, filed = 0, taken = 0,
    items = {}, chunk_end = {}, ready = {}, order = {},
  }
  local closer = setmetatable({}, { __close = function() close(self) end })
  return function() return step(self) end, nil, nil, closer
end
