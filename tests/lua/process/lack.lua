-- No descriptors left when the first process is started: the error says so, and when there are some again all is well.
local taken = {}
while true do
    local file = io.open("/dev/null")
    if not file then break end
    taken[#taken + 1] = file
end
local ok, program = pcall(spawn_process, "true")
local also_ok, own = pcall(spawn_process, function() end)
for _, file in ipairs(taken) do file:close() end
print(ok, program.message) --> false	lack.lua:8: cannot start program 'true': Too many open files
print(also_ok, own.message) --> false	lack.lua:9: cannot start process: Too many open files
print(await(spawn_process("true")), await(spawn_process(function() return "done" end))) --> 0	done
