-- The exit code of a program is its result, not an error, 0 or not; of a function that ends well it is 0.
for _, code in ipairs{0, 1, 2, 77, 255} do io.write(await(spawn_process("sh", "-c", "exit " .. code)), ".") end
print() --> 0.1.2.77.255.
local fine = spawn_process(function() return 42 end)
print(await(fine), fine.exitcode, fine.signal) --> 42	0	nil
local failed = spawn_process(error, "no", 0)
print(pcall(await, failed)) --> false	no
print(failed:status(), failed.signal, failed:error()) --> failed	nil	no
