-- An output that is longer than the limit ends the program; the message names the program, the output and the limit.
local begin = plait.now()
print(plait.exec{ "yes", limit = 1000 }) --> nil	stdout of yes: is longer than 1000 bytes	27
print(plait.exec{ "sh", "-c", "yes >&2", limit = 1000 }) --> nil	stderr of sh: is longer than 1000 bytes	27
print(plait.now() - begin < 4) --> true
print(plait.exec{ "printf", "12345", limit = 5 }.stdout) --> 12345
print(plait.exec{ "printf", "123456", limit = 5 }) --> nil	stdout of printf: is longer than 5 bytes	27
print(plait.exec{ "printf", "1", limit = 0 }) --> nil	stdout of printf: is longer than 0 bytes	27
print(plait.exec{ "true", limit = 0 }.code) --> 0
