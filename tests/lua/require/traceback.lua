-- The traceback of an error in a module body shows the body.
do
    local file <close> = io.open("module.lua", "w")
    file:write("local function inner()\n    error('oops')\nend\ninner()\n")
end
local function trace(strand)
    local _, text = xpcall(require, debug.traceback, "module")
    print(strand)
    print((text:match("^(.-main chunk.-)\n.-$"):gsub("\t", "  ")))
end
trace("main")
--> main
--> ./module.lua:2: oops
--> stack traceback:
-->   [C]: in function 'error'
-->   ./module.lua:2: in local 'inner'
-->   ./module.lua:4: in main chunk
await(async(trace, "task"))
--> task
--> ./module.lua:2: oops
--> stack traceback:
-->   [C]: in function 'error'
-->   ./module.lua:2: in local 'inner'
-->   ./module.lua:4: in main chunk
