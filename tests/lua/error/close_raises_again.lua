-- A __close handler that raises the error it was called for changes nothing: the first place is reported.
local again = { __close = function(_, err) error(err, 0) end }
local h = async(function()
    local c <close> = setmetatable({}, again)
    error("once")
end)
print(pcall(await, h)) --> false	close_raises_again.lua:5: once
print(h:traceback():match("in place of this error")) --> nil
print(h:traceback():match("close%S+ in")) --> close_raises_again.lua:5: in
