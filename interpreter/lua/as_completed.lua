-- as_completed.lua - for handle, index in plait.as_completed(list[, timeout]).
--
-- Gives the handles of the list in the order in which they end. The time-out
-- is for all of them together, and an error of kind "timeout". Leaving the loop
-- closes the watch, which is its closing value.

local internal = require "plait.internal"
local combine = require "plait.combine"

return function(list, timeout)
  combine.check_timeout("as_completed", timeout)
  local handles, n = combine.handles("as_completed", list)
  local watch = internal.watch(handles, n, timeout)
  local given = 0
  local function next_ended()
    local i, why = watch:next()
    if i then
      given = given + 1
      return handles[i], i
    end
    if why == "timeout" then
      internal.raise("timeout", ("as_completed: %d of %d had not ended " ..
        "after %g s"):format(n - given, n, timeout))
    end
    return nil -- the end of the loop
  end
  return next_ended, nil, nil, watch
end
