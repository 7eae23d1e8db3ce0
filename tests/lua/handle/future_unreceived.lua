-- The error of a rejected future that nobody received is printed; the status is 1.
local f = plait.Future()
f:reject("rejected and forgotten")
--! status: 1
--! stderr: rejected and forgotten
--! stderr: future_unreceived.lua:2
