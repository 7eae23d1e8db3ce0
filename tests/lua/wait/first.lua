-- when = "first": until one has ended, which may be several by then; both lists
-- are in the order of the argument, and nothing is cancelled.
local go = plait.Future()
local function follow() return await(go) end
local list = { async(sleep, 60), async(follow), async(sleep, 60), async(follow) }
async(function()
    sleep(0.01)
    go:resolve("x")
end)
local done, pending = plait.wait(list, { when = "first" })
print(done[1] == list[2], pending[1] == list[1], pending[2] == list[3]) --> true	true	true
print(#done >= 1, #done + #pending) --> true	4
plait.wait({ list[4] })
done, pending = plait.wait(list, { when = "first" })
print(#done, done[2] == list[4], #pending, pending[1]:status()) --> 2	true	2	waiting
for _, h in ipairs(pending) do h:cancel() end
