-- others.lua - plait.others(err): the list of the other errors that came with
-- an error raised by gather, with n; empty for any other error.

local internal = require "plait.internal"

return function(err)
  local last = internal.last_others
  if last and rawequal(last.err, err) then return last.others end
  return { n = 0 }
end
