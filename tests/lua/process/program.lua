-- The result of a program is its exit code, whatever it is; the words go to it as they are, without a shell.
print(await(spawn_process("true"))) --> 0
print(await(spawn_process("false"))) --> 1
local program = spawn_process("sh", "-c", "exit 200")
print(program:join(), program.exitcode, program.signal, program.kind) --> 200	200	nil	process
print(await(spawn_process("printf", "%s|", "$HOME", "two words", "*", "", 42, "'")))
--> $HOME|two words|*||42|'|0
