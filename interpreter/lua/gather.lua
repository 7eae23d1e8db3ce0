-- gather.lua - gather(a, b, ...) and gather{a, b, ..., settle = true, timeout =}.
--
-- Waits for all handles (functions are started as tasks). Returns the list of
-- first results, in order, with n. On the first error: cancels the others,
-- waits for them, raises that error as itself; when the time is over, too, but
-- returns nil, "timeout".

local internal = require "plait.internal"
local combine = require "plait.combine"

local options = { "settle", "timeout" }

local function settle(handles, n, watch)
  local results = { n = n }
  for i = 1, n do
    local h = handles[i]
    if watch:state(i) == "done" then
      results[i] = { ok = true, value = (h:await()) }
    else
      results[i] = { ok = false, error = h:error() }
    end
  end
  return results
end

local function collect(handles, n)
  local results = { n = n }
  for i = 1, n do results[i] = (handles[i]:await()) end
  return results
end

return function(...)
  local list, n, what, given = combine.read("gather", options, ...)
  local wants_all = given.settle
  if wants_all ~= nil and type(wants_all) ~= "boolean" then
    internal.raise("usage", ("gather: settle is %s, not true or false")
      :format(internal.describe(wants_all)))
  end
  local handles = combine.start("gather", list, n, what)
  local watch <close> = internal.watch(handles, n, given.timeout)
  local guard <close> = combine.guard(not wants_all and handles, n, watch)
  local failed, why = watch:wait(wants_all and "all" or "error")
  if why == "timeout" then return combine.give_up(handles, n, watch) end
  if wants_all then return settle(handles, n, watch) end
  if failed then combine.fail(handles, n, watch, failed) end
  return collect(handles, n)
end
