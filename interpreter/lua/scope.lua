-- scope.lua - plait.scope() and plait.scope(f).
--
-- The host has a scope's strands, and waits for them (lib_scope.c). Here is what
-- becomes of their errors when the block is left: whatever failed first is raised,
-- and plait.others has the rest.

local internal = require "plait.others_of"
local plait = require "plait"
local scope = internal.scope

-- The errors of the handles from `first` on, and `last`; they count as received.
local function receive(handles, first, last)
  local others = { n = 0 }
  for i = first, #handles do
    others.n = others.n + 1
    others[others.n] = handles[i]:error()
  end
  if last ~= nil then
    others.n = others.n + 1
    others[others.n] = last
  end
  return others
end

-- Leaves the scope. Only called by __close handlers, and not as their last call: the
-- host looks which of them are on the stack.
function scope.close(self, err)
  if getmetatable(self) ~= scope.metatable then
    internal.raise("usage", ("close: argument 1 is %s, not a scope; write s:close()"):format(internal.describe(self)))
  end
  local cause, own, failed = scope.leave(self, err)
  if not cause then return end
  if rawequal(err, own) then err = nil end
  if err ~= nil and cause ~= "failed" then
    -- Errors of strands that were cleaning up. Those that came with a cancellation
    -- are reported at the end: that one is received by nobody.
    if plait.kind(err) ~= "cancelled" then
      internal.remember_others(err, receive(failed, 1))
    end
    return
  end
  if plait.kind(err) == "cancelled" then err = nil end
  local others = receive(failed, 2, err)
  internal.remember_others(failed[1]:error(), others)
  failed[1]:await() -- raises
end

function scope.metatable.__close(self, err) scope.close(self, err) end
scope.metatable.__index.close = scope.metatable.__close

return function(f)
  if f == nil then return scope.new() end
  if not internal.is_callable(f) then
    internal.raise("usage", ("scope: argument 1 is %s, not a function; " ..
      "write plait.scope(function(s) ... end)"):format(internal.describe(f)))
  end
  local s <close> = scope.new()
  return f(s)
end
