-- Errors that nobody received in a thread or in a process: of tasks, threads and processes there.
local function status(outer, inner)
    local code = ("%s(function() %s(function() error([[boom]]) end) end)"):format(outer, inner)
    local _, _, number = os.execute(("%s -e '%s' >err 2>&1"):format(arg[-1], code))
    local file <close> = io.open("err")
    local text = file:read("a")
    return outer, inner, number, text:find("boom", 1, true) ~= nil, text:find("started at", 1, true) ~= nil
end
print(status("spawn_thread", "async")) --> spawn_thread	async	1	true	true
print(status("spawn_thread", "spawn_thread")) --> spawn_thread	spawn_thread	1	true	true
print(status("spawn_thread", "spawn_process")) --> spawn_thread	spawn_process	1	true	true
print(status("spawn_process", "async")) --> spawn_process	async	1	true	true
print(status("spawn_process", "spawn_thread")) --> spawn_process	spawn_thread	1	true	true
print(status("spawn_process", "spawn_process")) --> spawn_process	spawn_process	1	true	true
