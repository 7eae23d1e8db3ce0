-- others.lua - plait.others(err): the list of the other errors that came with
-- an error raised by gather, with n; empty for any other error.

local internal = require "plait.others_of"

return function(err)
  return internal.others_of(err) or { n = 0 }
end
