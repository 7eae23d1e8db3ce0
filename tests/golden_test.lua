-- The Lua files of tests/lua and tests/regress, and the scripts of which tests/scripts has the output: each is run by itself, and what it did
-- is compared with what it says.
--
--     plait test tests/golden_test.lua                                all of them
--     plait test tests/golden_test.lua -- tests/lua/channel           those of a folder, or one file
--     plait test tests/golden_test.lua -- scripts/tour.lua tests/scripts/tour.expected
--
-- `--> text` anywhere in a file is one line of the standard output, in the order of the file; there are no others. One blank after the arrow
-- and all blanks at the end of the line do not count. A file FILE.expected is the standard output instead, and FILE.expected.rules may
-- hold the lines below.
--
--   --! status: N        exit status, 0 unless said
--   --! stderr: TEXT     occurs in the standard error (any number of these); with none of them the standard error is empty
--   --! order: free      the lines of the standard output come in any order
--   --! args: A B C      arguments of the script
--   --! options: A B C   options of plait; "--stall off" unless said, since what a busy machine or a sanitizer makes slow is no stall
--   --! stdin: TEXT      a line of the standard input, which is empty unless said
--   --! needs: MODULE    a C module; without it the test is skipped
--   --! alone: yes       runs beside no other test (read by cmake/tests.cmake)
--
-- A file is copied to a new folder and runs there by its name alone, so that messages read `file.lua:3:` (and a file called as a module
-- that it requires would be found in its place). Further modules come from tests/lua/support. One that ends with the status 77 is
-- skipped: it needs what is not there.

local test = require "plait.test"
local fs = plait.fs

local root = assert(fs.realpath(debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$") or ".")):match("^(.*)/")
local SECONDS = tonumber(os.getenv("PLAIT_TEST_SECONDS")) or 105

local function trim_end(text) return (text:gsub("[ \t\r]+$", "")) end

-------------------------------------------------------------------------------------------------- what the file says

local function read_rules(text, path)
    local rules = { status = 0, order = "given", args = "", options = "--stall off", stderr = {}, stdin = {}, needs = {}, alone = "" }
    for line in text:gmatch("[^\n]+") do
        local key, value = line:match("^[ \t]*%-%-![ \t]*([^:]*):[ \t]?(.*)$")
        if key then
            local rule = rules[key]
            if rule == nil then error(("%s: unknown rule '%s'"):format(path, key), 0) end
            if type(rule) == "table" then rule[#rule + 1] = trim_end(value) else rules[key] = trim_end(value) end
        end
    end
    rules.status = tonumber(rules.status)
    return rules
end

local function read_arrows(text)
    local lines = {}
    for line in (text .. "\n"):gmatch("(.-)\n") do
        if not line:find("^[ \t]*%-%-!") then
            local said = line:match("^%-%->(.*)$") or line:match("[^-]%-%->(.*)$")
            if said then lines[#lines + 1] = trim_end((said:gsub("^ ", ""))) end
        end
    end
    return table.concat(lines, "\n") .. (#lines > 0 and "\n" or "")
end

local function read(path)
    local text, message = fs.read(path)
    return text or error(message, 0)
end

-- One that starts plait itself takes its name from arg[-1].
local function starts_plait(text) return text:find("arg[-", 1, true) ~= nil end

local function words(text)
    local list = {}
    for word in text:gmatch("%S+") do list[#list + 1] = word end
    return list
end

----------------------------------------------------------------------------------------------------------- the run

local function has_module(name) return plait.exec{ "lua5.4", "-l", name, "-e", "" }.code == 0 end

-- Files for the standard input and outputs. No core files; and where a million descriptors are allowed, a test that takes them all would take long. SIGQUIT first: plait answers
-- it with where every strand is.
local LIMITS = 'ulimit -c 0; [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -le 4096 ] || ulimit -n 4096; exec "$@" <../stdin >../stdout 2>../stderr'

local function run(t, path, rules)
    local folder = t.tmpdir().path
    local name = path:match("[^/]+$")
    assert(fs.mkdir(folder .. "/cwd"))
    assert(fs.write(folder .. "/cwd/" .. name, read(path)))
    assert(fs.write(folder .. "/stdin", table.concat(rules.stdin, "\n") .. (#rules.stdin > 0 and "\n" or "")))
    local command = { "sh", "-c", LIMITS, "sh", "timeout", "-s", "QUIT", "-k", "10", tostring(SECONDS), fs.realpath("/proc/self/exe") }
    for _, word in ipairs(words(rules.options)) do command[#command + 1] = word end
    command[#command + 1] = name
    for _, word in ipairs(words(rules.args)) do command[#command + 1] = word end
    command.cwd = folder .. "/cwd"
    command.timeout = SECONDS + 20
    command.env = { LC_ALL = "C", LUA_PATH = root .. "/tests/lua/support/?.lua;;", LUA_INIT = false, LUA_INIT_5_4 = false,
        LUA_PATH_5_4 = false, LUA_CPATH = false, LUA_CPATH_5_4 = false }
    local r = t.cmd(command)
    r.stdout, r.stderr = read(folder .. "/stdout"), read(folder .. "/stderr")
    return r
end

local function sorted(text)
    local lines = {}
    for line in text:gmatch("[^\n]*\n?") do lines[#lines + 1] = line end
    table.sort(lines)
    return table.concat(lines)
end

local function check(t, path, expected_path)
    local text = read(path)
    local rules = read_rules(expected_path and (fs.read(expected_path .. ".rules") or "") or text, path)
    if rules.options == "--stall off" and starts_plait(text) then rules.options = "" end
    for _, module in ipairs(rules.needs) do
        if not has_module(module) then t.skip(("lua5.4 has no module '%s'"):format(module)) end
    end
    local wanted = expected_path and read(expected_path) or read_arrows(text)
    local r = run(t, path, rules)
    if r.code == 77 and rules.status ~= 77 then t.skip("it lacks something here") end
    local got = r.stdout
    if rules.order == "free" then wanted, got = sorted(wanted), sorted(got) end
    local is_same = t.check.eq(got, wanted, "standard output")
    local has_status = t.check.eq(r.code or r.signal, rules.status, r.code == 124 and SECONDS .. " s are the limit" or "exit status")
    local is_silent = true
    for _, said in ipairs(rules.stderr) do is_silent = t.check.contains(r.stderr, said, "standard error") and is_silent end
    if #rules.stderr == 0 then is_silent = t.check.eq(r.stderr, "", "standard error") end
    if not (is_same and has_status and is_silent) and r.stderr ~= "" then t.log("standard error:\n" .. r.stderr) end
end

--------------------------------------------------------------------------------------------------------- the tests

-- `timeout`: that of the program comes first.
local function define(path, expected_path)
    local name = (expected_path or path):gsub("^" .. root:gsub("%p", "%%%0") .. "/tests/", ""):gsub("%.[^./]*$", "")
    test(name, { timeout = SECONDS + 60 }, function(t) check(t, path, expected_path) end)
end

local function define_all(folder)
    for path in fs.walk(folder) do
        if path:find("%.lua$") and not path:find("/support/") then define(path) end
    end
end

local function define_scripts()
    for _, entry in ipairs((fs.list(root .. "/tests/scripts"))) do
        local name = entry:match("^(.*)%.expected$")
        if name then define(("%s/scripts/%s.lua"):format(root, name), ("%s/tests/scripts/%s.expected"):format(root, name)) end
    end
end

if arg and arg[1] then
    local path = assert(fs.realpath(arg[1]))
    if fs.stat(path).type == "folder" then define_all(path) else define(path, arg[2] and assert(fs.realpath(arg[2]))) end
else
    define_all(root .. "/tests/lua")
    define_all(root .. "/tests/regress")
    define_scripts()
end
