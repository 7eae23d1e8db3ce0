-- gather refuses what is not waitable, and says what was meant.
local function try(...)
    local ok, err = pcall(gather, ...)
    print(ok, plait.kind(err), (err.message:gsub("^refuses.lua:%d+: ", "")))
end
local s = 0
try(sleep(s), sleep(s))
--> false	usage	gather: argument 1 is nil, not a task; did you mean async(sleep, 1)?
try(async(print, "started before"), 5)
--> false	usage	gather: argument 2 is 5 (a number), not a task; did you mean async(sleep, 1)?
try{ print, true, n = 2 }
--> false	usage	gather: item 2 is true (a boolean), not a task; did you mean async(sleep, 1)?
--> started before
print(select(2, pcall(function() gather(sleep(s), sleep(s)) end)))
--> refuses.lua:14: gather: argument 1 is nil, not a task; did you mean async(sleep, 1)?
