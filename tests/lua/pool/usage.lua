-- What makes no sense is refused, wrong options by their names.
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    assert(not ok and plait.kind(err) == "usage", tostring(err))
    return (err.message:gsub("^[^ ]+:%d+: ", ""))
end
for _, bad in ipairs{ 0, -1, 1.5, 1e9, 10 ^ 9 // 1 | 0, "2", { threads = 0 }, { processes = "x" }, { processes = 1e9 }, { threads = 1, init = 5 }, { threads = 1, recycle = 0 } } do
    refused(plait.Pool, bad)
end
print(refused(plait.Pool, 0)) --> Pool: threads is 0 (a number), not a number of threads from 1 to 10000
print(refused(plait.Pool, { processes = 1e9 })) --> Pool: processes is 1000000000.0 (a number), not a number of processes from 1 to 10000
print(refused(plait.Pool, { thread = 2 })) --> Pool: there is no option 'thread'
print(refused(plait.Pool, { 2, 3 })) --> Pool: there is no option '2'
print(refused(plait.Pool, { threads = 1, processes = 1 })) --> Pool: it is of threads or of processes, not of both
print(refused(plait.Pool, { 1, threads = 1 })) --> Pool: the number of threads is given twice
print(refused(plait.Pool, { init = "x" })) --> Pool: init is "x" (a string), not a function
print(refused(plait.Pool, print)) --> Pool: argument 1 is a function, not a number or a table
local pool <close> = plait.Pool(1)
print(refused(pool.map, pool, 5, { 1 })) --> map: argument 1 is 5 (a number), not a function
print(refused(pool.map, pool, print, 5)) --> map: argument 2 is 5 (a number), not a list
print(refused(pool.map, pool, print, {}, { chunks = 2 })) --> map: there is no option 'chunks'
print(refused(pool.map, pool, print, {}, 2)) --> map: the options are 2 (a number), not a table
print(refused(pool.map, pool, print, {}, { chunk = 0 })) --> map: chunk is 0 (a number), not a whole number from 1 on
print(refused(pool.map, pool, print, {}, { progress = "yes" })) --> map: progress is "yes" (a string), not true, a function or a table
print(refused(pool.starmap, pool, print, { { 1 }, 2 })) --> starmap: item 2 is 2 (a number), not a list of arguments
print(refused(pool.starmap, pool, print, {}, { ahead = 2 })) --> starmap: there is no option 'ahead'
print(refused(pool.submit, pool, nil)) --> submit: argument 1 is nil, not a function
print(refused(pool.map, print, {})) --> map: argument 1 is a function, not a pool; write pool:map(...)
print(refused(pool.close, {})) --> close: argument 1 is a table, not a pool; write pool:close(...)
print(refused(pool.join, pool)) --> join: close or cancel the pool first
