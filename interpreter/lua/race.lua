-- race.lua - plait.race(a, b, ...) and plait.race{a, b, ..., timeout =}.
--
-- Waits for the first of the handles to end (functions are started as tasks),
-- cancels the others and waits for their ends. Returns the index of the first
-- and its results, or raises its error; when the time is over, cancels all and
-- returns nil, "timeout".

local internal = require "plait.internal"
local combine = require "plait.combine"

local options = { "timeout" }

return function(...)
  local list, n, what, given = combine.read("race", options, ...)
  if n == 0 then
    internal.raise("usage", "race: there is nothing to wait for")
  end
  local handles = combine.start("race", list, n, what)
  local watch <close> = internal.watch(handles, n, given.timeout)
  local guard <close> = combine.guard(handles, n, watch)
  local first, why = watch:wait("first")
  if why == "timeout" then return combine.give_up(handles, n, watch) end
  if watch:state(first) ~= "done" then
    combine.fail(handles, n, watch, first)
  end
  combine.cancel(handles, n, first)
  watch:lift()
  watch:wait("all")
  return first, handles[first]:await()
end
