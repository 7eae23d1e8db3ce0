-- others_of.lua - the errors that came with the errors gather raised.
--
-- An error table is remembered as long as it is used; of strings and other
-- values, which are not told apart when they are equal, the last 32.

local internal = require "plait.internal"

local of_tables = setmetatable({}, { __mode = "k" })
local of_values, recent = {}, {}

function internal.remember_others(err, others)
  if type(err) == "table" then
    of_tables[err] = others
  elseif err ~= nil and err == err then
    of_values[err] = others
    recent[#recent + 1] = err
    if #recent > 32 then of_values[table.remove(recent, 1)] = nil end
  end
end

function internal.others_of(err)
  if type(err) == "table" then return of_tables[err] end
  return err ~= nil and of_values[err] or nil
end

return internal
