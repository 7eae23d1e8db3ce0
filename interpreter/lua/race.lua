-- race.lua - plait.race(a, b, ...) and plait.race{a, b, ...}.
--
-- Waits for the first of the handles to end (functions are started as tasks),
-- cancels the others and waits for their ends. Returns the index of the first
-- and its results, or raises its error.

local internal = require "plait.internal"
local combine = require "plait.combine"

return function(...)
  local list, n, what = { ... }, select("#", ...), "argument"
  if n == 1 and combine.is_list(list[1]) then
    list, what = list[1], "item"
    n = list.n or #list
  end
  if n == 0 then
    internal.raise("usage", "race: there is nothing to wait for")
  end
  local handles = combine.start("race", list, n, what)
  local watch <close> = internal.watch(handles, n)
  local guard <close> = combine.guard(handles, n, watch)
  local first = watch:wait("first")
  if watch:state(first) ~= "done" then
    combine.fail(handles, n, watch, first)
  end
  combine.cancel(handles, n, first)
  watch:wait("all")
  return first, handles[first]:await()
end
