-- Options of a wrong type, misspelt or of another kind of strand are refused before anything starts, and named.
local function refused(start, options)
    local ok, err = pcall(start, options)
    assert(plait.kind(err) == "usage", err)
    print((err.message:gsub("^[%w_]+%.lua:%d+: ", "")))
end
local function f() print("started") end

refused(async, { f, daemon = 5 }) --> async: daemon is 5 (a number), not true or false
refused(async, { f, name = 7 }) --> async: name is 7 (a number), not a string
refused(async, { f, private = 7 }) --> async: 'private' is no option for a task
refused(async, { f, globals = "x" }) --> async: 'globals' is no option for a task
refused(async, { f, cwd = "/" }) --> async: 'cwd' is no option for a task
refused(async, { f, [0] = 1 }) --> async: there is no option '0'
refused(async, { f, [true] = 1 }) --> async: there is no option 'true'
refused(plait.after, { 0.1, f, stdin = "x" }) --> plait.after: 'stdin' is no option for a task
refused(spawn_thread, { f, cwd = "/" }) --> spawn_thread: 'cwd' is no option for a thread
refused(spawn_thread, { f, daemon = "yes" }) --> spawn_thread: daemon is "yes" (a string), not true or false
refused(spawn_thread, { f, private = 1 }) --> spawn_thread: private is 1 (a number), not true or a list of names
refused(spawn_thread, { f, private = { 1 } }) --> spawn_thread: private[1] is 1 (a number), not a name
refused(spawn_thread, { f, globals = "x" }) --> spawn_thread: globals is "x" (a string), not a list of names
refused(to_thread, { f, globals = { f } }) --> to_thread: globals[1] is a function, not a name
refused(spawn_process, { f, daemon = 1 }) --> spawn_process: daemon is 1 (a number), not true or false
refused(spawn_process, { f, globals = true }) --> spawn_process: globals is true (a boolean), not a list of names
refused(spawn_process, { "ls", private = true }) --> spawn_process: 'private' is no option for a program
refused(spawn_process, { "ls", globals = {} }) --> spawn_process: 'globals' is no option for a program
refused(spawn_process, { "ls", nmae = "x" }) --> spawn_process: there is no option 'nmae'
refused(spawn_process, { "ls", name = 5 }) --> spawn_process: name is 5 (a number), not a string

-- Names that nothing has.
local n = 0
local function count() n = n + 1 return n end
refused(spawn_thread, { count, private = { "n", "m" } })
--> cannot start thread: private names 'm', but no function that travels has a variable of that name
refused(spawn_process, { f, private = { "nosuch" } })
--> cannot start process: private names 'nosuch', but no function that travels has a variable of that name
refused(spawn_thread, { f, globals = { "nosuch" } }) --> globals: there is no global 'nosuch'
total = 1
local function helper() total = total + n return total end
print(await(spawn_thread{ function() return helper() end, private = { "helper", "total", "n" } })) --> 1
print(await(spawn_process{ count, private = true }), await(spawn_thread{ count, private = { "n" } })) --> 1	1

-- n is the length of the list.
for _, wrong in ipairs{ "x", 2.5, math.huge, -1, 0 / 0 } do refused(async, { f, n = wrong }) end
--> async: n is "x" (a string), not the length of the list
--> async: n is 2.5 (a number), not the length of the list
--> async: n is inf (a number), not the length of the list
--> async: n is -1 (a number), not the length of the list
--> async: n is -nan (a number), not the length of the list
refused(async, { f, n = 1e9 }) --> too many arguments in the table (1000000000)
print(await(async{ select, "#", nil, nil, n = 4.0 })) --> 2
