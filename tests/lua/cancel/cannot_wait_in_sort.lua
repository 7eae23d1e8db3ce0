-- A task cannot wait in the comparison of sort: an error names the function and the line.
local ok, err = await(async(function()
    return pcall(function()
        local list = { 3, 1, 2 }
        table.sort(list, function(a, b)
            sleep(0.01)
            return a < b
        end)
    end)
end))
print(ok, plait.kind(err), err)
--> false	usage	cannot_wait_in_sort.lua:6: cannot wait (sleep) inside the C function 'sort', called at cannot_wait_in_sort.lua:5: it cannot be suspended
-- Called by pcall itself it has a name all the same.
ok, err = await(async(pcall, table.sort, { 2, 1 }, function() sleep(1) end))
print(ok, plait.kind(err), err.message:match("sort'")) --> false	usage	sort'
