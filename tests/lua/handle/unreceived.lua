-- An error nobody received is printed at the end, with its place; the status is 1.
local function fail() error("nobody sees me") end
async(fail)
plait.yield()
collectgarbage()
print("main ends")
--> main ends
--! status: 1
--! stderr: unreceived.lua:2: nobody sees me
--! stderr: started at unreceived.lua:3
--! stderr: stack traceback:
--! stderr: unreceived.lua:2: in
