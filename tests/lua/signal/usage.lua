-- Signals that a script cannot have, wrong names and wrong places are errors that say why.
local function try(...) print(select(2, pcall(plait.signal, ...))) end
try("KILL", print) --> bad argument #1 to 'plait.signal' (there is no function for SIGKILL: the system does not let a program catch it)
try("STOP", print) --> bad argument #1 to 'plait.signal' (there is no function for SIGSTOP: the system does not let a program catch it)
try("SEGV", print) --> bad argument #1 to 'plait.signal' (there is no function for SIGSEGV: it tells of a fault, after which no script can go on)
try("URG", print) --> bad argument #1 to 'plait.signal' (there is no function for SIGURG: plait uses it itself)
try("ALRM", print) --> bad argument #1 to 'plait.signal' (there is no function for SIGALRM: plait uses it itself)
try("PIPE", print) --> bad argument #1 to 'plait.signal' (there is no function for SIGPIPE: a program whose output nobody reads ends by it)
try("NONE", print) --> bad argument #1 to 'plait.signal' (no signal has the name 'NONE')
try("SIG", print) --> bad argument #1 to 'plait.signal' (no signal has the name 'SIG')
try({}, print) --> bad argument #1 to 'plait.signal' (string expected, got table)
try("USR1", "f") --> bad argument #2 to 'plait.signal' (function expected, got string)
try("USR1") --> bad argument #2 to 'plait.signal' (function expected, got no value)
local function in_thread() return select(2, pcall(plait.signal, "USR1", print)) end
print((tostring(await(spawn_thread(in_thread))):gsub("^.-: ", "")))
--> signals come to the main script of a program and its tasks: set a function for SIGUSR1 there
