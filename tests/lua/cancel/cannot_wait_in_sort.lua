-- A task cannot wait in the comparison of sort: an error names the function and the line.
local ok, err = await(async(function()
    local list = { 3, 1, 2 }
    return pcall(table.sort, list, function(a, b)
        sleep(0.01)
        return a < b
    end)
end))
print(ok, plait.kind(err), err)
--> false	usage	cannot_wait_in_sort.lua:5: cannot wait (sleep) inside the C function 'sort': it cannot be suspended
print(select(2, await(async(function()
    local list = { 3, 1, 2 }
    return pcall(function() table.sort(list, function(a, b) sleep(1) return a < b end) end)
end))))
--> cannot_wait_in_sort.lua:13: cannot wait (sleep) inside the C function 'sort', called at cannot_wait_in_sort.lua:13: it cannot be suspended
