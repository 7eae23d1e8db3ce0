-- A program in the table form: words in a list, options by name.
local program = spawn_process{ "sh", "-c", "exit 3", name = "three" }
print(program.name, await(program)) --> three	3
