-- nil, booleans, functions, coroutines and userdata.
local function without_address(value)
    return (plait.repr(value):gsub("0x%x+", "ADDRESS"))
end

print(plait.repr(nil)) --> nil
print(plait.repr(false)) --> false
print(without_address(function() end)) --> function: ADDRESS
print(without_address(coroutine.create(print))) --> thread: ADDRESS
print(without_address({io.stdout})) --> [file (ADDRESS)]
print(without_address({f = print})) --> {f = function: ADDRESS}
