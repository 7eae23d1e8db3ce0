-- combine.lua - what gather, race, wait and as_completed have in common: their
-- arguments, and ending those that are not wanted any more.

local internal = require "plait.internal"
require "plait.others_of"

local combine = {}

local function refuse(caller, what, i, v, wanted)
  local hint = "async(sleep, 1)"
  if type(v) == "userdata" then
    hint = "plait.select"
  elseif wanted == "handle" and internal.is_callable(v) then
    hint = "async(f)"
  end
  internal.raise("usage", ("%s: %s %d is %s, not a %s; did you mean %s?")
    :format(caller, what, i, internal.describe(v), wanted, hint))
end

function combine.is_list(v)
  return type(v) == "table" and not internal.is_callable(v)
end

-- The names of `allowed`, a list, for a message.
local function names_of(allowed)
  if #allowed == 0 then return "" end
  local last = ("'%s'"):format(allowed[#allowed])
  if #allowed == 1 then return "; there is " .. last end
  return ("; there are '%s' and %s"):format(
    table.concat(allowed, "', '", 1, #allowed - 1), last)
end

-- Looks at the keys of a list: besides its elements, only n and the names of
-- `allowed`. Returns the number of elements: the largest index, so that a nil
-- among them is noticed, or what n says.
function combine.count(caller, list, allowed)
  local count = #list
  for key in next, list do
    local is_index = math.type(key) == "integer" and key >= 1
    if is_index then
      count = math.max(count, key)
    elseif key ~= "n" then
      local is_known = false
      for _, name in ipairs(allowed) do is_known = is_known or key == name end
      if not is_known then
        internal.raise("usage", ("%s: there is no option '%s'%s")
          :format(caller, tostring(key), names_of(allowed)))
      end
    end
  end
  local n = list.n
  if n == nil then return count end
  local whole = type(n) == "number" and math.tointeger(n)
  if not whole or whole < count then
    internal.raise("usage", ("%s: n is %s, not the length of the list, which " ..
      "has %d"):format(caller, internal.describe(n), count))
  end
  return whole
end

-- The arguments of gather and race: handles and functions, or one list of them
-- that may have the options `allowed`. Returns the list, its length, what its
-- elements are called, the options.
function combine.read(caller, allowed, ...)
  local list, n = { ... }, select("#", ...)
  if n == 1 and combine.is_list(list[1]) then
    list = list[1]
    combine.check_timeout(caller, list.timeout)
    return list, combine.count(caller, list, allowed), "item", list
  end
  if n == 0 then
    local hint = caller == "gather" and " (no tasks at all: gather{})" or ""
    internal.raise("usage", ("%s: there is nothing to wait for; did you mean " ..
      "async(sleep, 1)?%s"):format(caller, hint))
  end
  return list, n, "argument", {}
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
    handles[i] = internal.is_handle(v) and v or internal.async(v)
  end
  return handles
end

-- A copy of a list of handles, and their number.
function combine.handles(caller, list)
  if not combine.is_list(list) then
    local hint = internal.is_handle(list) and
      (" of handles; write %s{h}"):format(caller) or " of handles"
    internal.raise("usage", ("%s: argument 1 is %s, not a list%s")
      :format(caller, internal.describe(list), hint))
  end
  local handles, n = {}, combine.count(caller, list, {})
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
      :format(caller, internal.describe(seconds)))
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
  if err == nil or not self.handles then return end
  combine.cancel(self.handles, self.n)
  self.watch:lift()
  self.watch:wait("all")
end

function combine.guard(handles, n, watch)
  if handles then watch:bind() end
  return setmetatable({ handles = handles, n = n, watch = watch }, guard)
end

-- The time is over: cancels all and waits for their ends. What they raise then
-- is for the report at the end.
function combine.give_up(handles, n, watch)
  combine.cancel(handles, n)
  watch:lift()
  watch:wait("all")
  return nil, "timeout"
end

-- The handle `failed` has failed: cancels the others, waits for their ends,
-- and raises its error. Those of the others are received here: plait.others.
function combine.fail(handles, n, watch, failed)
  combine.cancel(handles, n, failed)
  watch:lift()
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
