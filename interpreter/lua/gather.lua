-- gather.lua - gather(a, b, ...) and gather{a, b, ..., settle = true}.
--
-- Waits for all handles (functions are started as tasks). Returns the list of
-- first results, in order, with n. On the first error: cancels the others,
-- waits for them, raises that error as itself.

local internal = require "plait.internal"
local combine = require "plait.combine"

local function settle(handles, n, watch)
  watch:wait("all")
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
  local list, n, what, wants_all = { ... }, select("#", ...), "argument", false
  if n == 1 and combine.is_list(list[1]) then
    list, what = list[1], "item"
    n, wants_all = list.n or #list, list.settle
  end
  local handles = combine.start("gather", list, n, what)
  local watch <close> = internal.watch(handles, n)
  if wants_all then return settle(handles, n, watch) end
  local guard <close> = combine.guard(handles, n, watch)
  local failed = watch:wait("error")
  if failed then combine.fail(handles, n, watch, failed) end
  return collect(handles, n)
end
