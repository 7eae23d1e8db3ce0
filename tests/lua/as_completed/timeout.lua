-- The time-out is for all together; when it is over the loop raises an error
-- of kind "timeout".
local list = { async(sleep, 60), async(sleep, 0), async(sleep, 60) }
await(list[2])
local ok, err = pcall(function()
    for _, i in plait.as_completed(list, 0.02) do print(i) end --> 2
end)
print(ok, err.kind, (err.message:gsub("^.-:%d+: ", ""))) --> false	timeout	as_completed: 2 of 3 had not ended after 0.02 s
print(list[1]:status()) --> waiting
-- It counts from the call of as_completed.
local late = plait.as_completed({ list[1] }, 0.02)
sleep(0.03)
print(pcall(late)) --> false	timeout.lua:13: as_completed: 1 of 1 had not ended after 0.02 s
for _, h in ipairs(list) do h:cancel() end
