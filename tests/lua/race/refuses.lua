-- What can be neither awaited nor started is refused before anything is started.
local function try(...) print((select(2, pcall(plait.race, ...)).message:gsub("^.-:%d+: ", ""))) end
local started = false
try(function() started = true end, nil)
try((sleep(0)), async(sleep, 0))
try{ async(sleep, 0), "x" }
try(5)
try()
try{}
try{ n = 2 }
plait.yield()
print(started)
--> race: argument 2 is nil, not a task; did you mean async(sleep, 1)?
--> race: argument 1 is nil, not a task; did you mean async(sleep, 1)?
--> race: item 2 is "x" (a string), not a task; did you mean async(sleep, 1)?
--> race: argument 1 is 5 (a number), not a task; did you mean async(sleep, 1)?
--> race: there is nothing to wait for; did you mean async(sleep, 1)?
--> race: there is nothing to wait for
--> race: item 1 is nil, not a task; did you mean async(sleep, 1)?
--> false
