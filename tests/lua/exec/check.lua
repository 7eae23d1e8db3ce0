-- check = true: a program that fails is an error that says what it was, how it ended, and the last of what it complained about.
local function fails(command)
    command.check = true
    local ok, err = pcall(plait.exec, command)
    assert(not ok)
    print(plait.kind(err), (err.message:gsub("^%S+:%d+: ", "")))
    return err
end
print(plait.exec{ "printf", "fine", check = true }.stdout) --> fine
local err = fails{ "sh", "-c", "echo out; echo no luck >&2; exit 3" }
--> exit	exec: 'sh -c echo out; echo no luck >&2; exit 3' exited with status 3: no luck
print(err.command, err.code, err.signal) --> sh -c echo out; echo no luck >&2; exit 3	3	nil
print(err.stdout == "out\n", err.stderr == "no luck\n", err.message:match("^%S+:(%d+): ") == "4") --> true	true	true
err = fails{ "false" } --> exit	exec: 'false' exited with status 1
print(err.code) --> 1
err = fails{ "sh", "-c", "kill -TERM $$", name = "unlucky" } --> exit	exec: 'sh -c kill -TERM $$' was killed by signal 15 (Terminated)
print(err.code, err.signal) --> nil	15
-- Of much only the last lines; the field has all.
err = fails{ "sh", "-c", "seq 1000 >&2; exit 1" }
--> exit	exec: 'sh -c seq 1000 >&2; exit 1' exited with status 1: 996
--> 997
--> 998
--> 999
--> 1000
print(#err.stderr) --> 3893
fails{ "sh", "-c", "echo elsewhere >&2; exit 1", stderr = "null" } --> exit	exec: 'sh -c echo elsewhere >&2; exit 1' exited with status 1
