-- gather.lua - gather(a, b, ...) and gather{a, b, ..., settle = true}.
--
-- Waits for all handles (functions are started as tasks). Returns the list of
-- first results, in order, with n. On the first error: cancels the others,
-- waits for them, raises that error as itself.

local internal = require "plait.internal"
local plait = require "plait"
require "plait.others_of"

local function describe(v)
  if v == nil then return "nil" end
  local kind = type(v)
  if kind == "string" then return ("%q (a string)"):format(v) end
  if kind == "number" or kind == "boolean" then
    return ("%s (a %s)"):format(tostring(v), kind)
  end
  return "a " .. kind
end

local function refuse(what, i, v)
  internal.raise("usage", ("gather: %s %d is %s, not a task; did you mean " ..
    "async(sleep, 1)?"):format(what, i, describe(v)))
end

-- Checks everything before anything is started.
local function handles_of(list, n, what)
  for i = 1, n do
    local v = list[i]
    if not internal.is_handle(v) and not internal.is_callable(v) then
      refuse(what, i, v)
    end
  end
  local handles = {}
  for i = 1, n do
    local v = list[i]
    if not internal.is_handle(v) then
      v = plait.async(v)
    elseif internal.is_far(v) then -- a task of ours waits for it
      v = plait.async(v.await, v)
    end
    handles[i] = v
  end
  return handles
end

local function is_list(v)
  return type(v) == "table" and not internal.is_callable(v)
end

local function cancel(handles, n, except)
  for i = 1, n do
    if i ~= except then handles[i]:cancel() end
  end
end

local function first_failed(handles, n)
  for i = 1, n do
    local status = handles[i]:status()
    if status == "failed" or status == "cancelled" then return i end
  end
end

-- The errors of the others are received here: plait.others(err) has them.
local function collect_others(handles, n, except)
  local others = { n = 0 }
  for i = 1, n do
    if i ~= except and handles[i]:status() == "failed" then
      others.n = others.n + 1
      others[others.n] = handles[i]:error()
    end
  end
  return others
end

local function settle(handles, n)
  internal.wait_many(handles, n, "all")
  local results = { n = n }
  for i = 1, n do
    local h = handles[i]
    if h:status() == "done" then
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
  if n == 1 and is_list(list[1]) then
    list, what = list[1], "item"
    n, wants_all = list.n or #list, list.settle
  end
  local handles = handles_of(list, n, what)
  if wants_all then return settle(handles, n) end
  local ok, err = pcall(internal.wait_many, handles, n, "error")
  if not ok then -- this strand was cancelled: so is what it waits for
    cancel(handles, n)
    error(err, 0)
  end
  local failed = first_failed(handles, n)
  if not failed then return collect(handles, n) end
  cancel(handles, n, failed)
  internal.wait_many(handles, n, "all")
  internal.remember_others(handles[failed]:error(),
    collect_others(handles, n, failed))
  handles[failed]:await() -- raises
end
