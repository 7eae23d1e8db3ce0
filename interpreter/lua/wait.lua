-- wait.lua - plait.wait(list, {when = "first" | "error" | "all", timeout = }).
--
-- Waits until one handle of the list has ended, or one has failed, or all have
-- ended (if nothing is said), or the time is over. Returns two lists, those that
-- have ended and those that have not, in the order of the list.

local internal = require "plait.internal"
local combine = require "plait.combine"

local goals = { first = true, error = true, all = true }

local function check_options(options)
  if options == nil then return "all" end
  if type(options) ~= "table" then
    internal.raise("usage", ("wait: argument 2 is %s, not a table; write " ..
      "plait.wait(list, {timeout = 1})"):format(internal.describe(options)))
  end
  for name in pairs(options) do
    if name ~= "when" and name ~= "timeout" then
      internal.raise("usage", ("wait: there is no option '%s'; there are " ..
        "'when' and 'timeout'"):format(tostring(name)))
    end
  end
  local goal = options.when
  if goal == nil then goal = "all" end
  if not goals[goal] then
    internal.raise("usage", ("wait: when is %s, not \"first\", \"error\" or " ..
      "\"all\""):format(internal.describe(goal)))
  end
  combine.check_timeout("wait", options.timeout)
  return goal, options.timeout
end

return function(list, options)
  local goal, timeout = check_options(options)
  local handles, n = combine.handles("wait", list)
  local watch <close> = internal.watch(handles, n, timeout)
  watch:wait(goal)
  local done, pending = {}, {}
  for i = 1, n do
    local to = watch:state(i) and done or pending
    to[#to + 1] = handles[i]
  end
  return done, pending
end
