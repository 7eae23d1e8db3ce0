-- combine.lua - what gather, race, wait and as_completed have in common: their
-- arguments, and ending those that are not wanted any more.

local internal = require "plait.internal"
local plait = require "plait"
require "plait.others_of"

local combine = {}

-- A value in an error message.
function combine.describe(v)
  if v == nil then return "nil" end
  local kind = type(v)
  if kind == "string" then return ("%q (a string)"):format(v) end
  if kind == "number" or kind == "boolean" then
    return ("%s (a %s)"):format(tostring(v), kind)
  end
  if internal.is_handle(v) then return "a handle" end
  local object = internal.object_kind(v)
  if object then
    return (object:match("^[AEIOU]") and "an " or "a ") .. object
  end
  return "a " .. kind
end

local function refuse(caller, what, i, v, wanted)
  local hint = "async(sleep, 1)"
  if type(v) == "userdata" then
    hint = "plait.select"
  elseif wanted == "handle" and internal.is_callable(v) then
    hint = "async(f)"
  end
  internal.raise("usage", ("%s: %s %d is %s, not a %s; did you mean %s?")
    :format(caller, what, i, combine.describe(v), wanted, hint))
end

function combine.is_list(v)
  return type(v) == "table" and not internal.is_callable(v)
end

-- A list of n handles; functions are started as tasks, once all were looked
-- at. `what` are its elements called in messages.
function combine.start(caller, list, n, what)
  for i = 1, n do
    local v = list[i]
    -- A channel can be called, as `for` does, but that is no task.
    local can_start = internal.is_callable(v) and not internal.object_kind(v)
    if not internal.is_handle(v) and not can_start then
      refuse(caller, what, i, v, "task")
    end
  end
  local handles = {}
  for i = 1, n do
    local v = list[i]
    handles[i] = internal.is_handle(v) and v or plait.async(v)
  end
  return handles
end

-- A copy of a list of handles, and their number.
function combine.handles(caller, list)
  if not combine.is_list(list) then
    local hint = internal.is_handle(list) and
      (" of handles; write %s{h}"):format(caller) or " of handles"
    internal.raise("usage", ("%s: argument 1 is %s, not a list%s")
      :format(caller, combine.describe(list), hint))
  end
  local handles, n = {}, list.n or #list
  for i = 1, n do
    handles[i] = list[i]
    if not internal.is_handle(list[i]) then
      refuse(caller, "item", i, list[i], "handle")
    end
  end
  return handles, n
end

-- A time-out is a number of seconds, or nil.
function combine.check_timeout(caller, seconds)
  if seconds == nil then return end
  if type(seconds) ~= "number" or seconds ~= seconds or seconds < 0 then
    internal.raise("usage", ("%s: the time-out is %s, not a number of seconds")
      :format(caller, combine.describe(seconds)))
  end
end

function combine.cancel(handles, n, except)
  for i = 1, n do
    if i ~= except then handles[i]:cancel() end
  end
end

-- A closing value: when an error leaves the block, such as the cancellation of this
-- strand, cancels all and waits for their ends. It is done here because clean-up
-- may wait, which the strand cannot do any more.
local guard = {}

function guard.__close(self, err)
  if err == nil then return end
  combine.cancel(self.handles, self.n)
  self.watch:wait("all")
end

function combine.guard(handles, n, watch)
  return setmetatable({ handles = handles, n = n, watch = watch }, guard)
end

-- The handle `failed` has failed: cancels the others, waits for their ends,
-- and raises its error. Those of the others are received here: plait.others.
function combine.fail(handles, n, watch, failed)
  combine.cancel(handles, n, failed)
  watch:wait("all")
  local others = { n = 0 }
  for i = 1, n do
    if i ~= failed and watch:state(i) == "failed" then
      others.n = others.n + 1
      others[others.n] = handles[i]:error()
    end
  end
  internal.remember_others(handles[failed]:error(), others)
  handles[failed]:await() -- raises
end

return combine
