-- Each kind of strand alone makes the status 1 when nobody received its error; a received one leaves it 0.
local function status(code)
    local _, _, number = os.execute(("%s -e '%s' >err 2>&1"):format(arg[-1], code))
    local file <close> = io.open("err")
    return number, file:read("a"):find("boom", 1, true) ~= nil
end
print(status("async(error, [[boom]])")) --> 1	true
print(status("spawn_thread(error, [[boom]])")) --> 1	true
print(status("to_thread(error, [[boom]])")) --> 1	true
print(status("spawn_process(error, [[boom]])")) --> 1	true
print(status("plait.after(0.001, error, [[boom]])")) --> 1	true
print(status("pcall(await, spawn_process(error, [[boom]]))")) --> 0	false
print(status("spawn_process([[false]])")) --> 0	false
