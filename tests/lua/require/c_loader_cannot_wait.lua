-- What opens a C library runs alone in the process, and so cannot wait in a
-- task. When it fails, others are let in.
local function try(name, loader)
    package.preload[name] = loader
    local ok, err = pcall(require, name)
    return ok, plait.kind(err) or err
end

print(try("fails", string.rep)) --> false	bad argument #2 to 'string.rep' (number expected, got string)
print(await(async(try, "waits", plait.yield))) --> false	usage
print(coroutine.wrap(try)("fails in coroutine", string.rep))
--> false	bad argument #2 to 'string.rep' (number expected, got string)
local code = "package.preload.loads = type return require('loads')"
print(await(spawn_thread(function() return load(code)() end))) --> string	:preload:
