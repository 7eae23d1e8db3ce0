-- Every public function stands in one of two lists here: those that something can deny, with a call for each, and those that
-- nothing can. With the words of --deny as arguments: what they deny fails with an error of kind "denied", and nothing else does.

local fs, net, http = plait.fs, plait.net, plait.http
local folder = arg[1]
local denied = {}
for i = 2, #arg do denied[arg[i]] = true end
local file, away = folder .. "/file", folder .. "/away"
local nowhere = "unix:" .. folder .. "/nowhere"

-- name = { what denies it (any of them), a call }
local guarded = {
    ["io.open"] = { "fs-read", function() io.open(file):close() end },
    ["io.open r+"] = { "fs-read fs-write", function() io.open(file, "r+"):close() end },
    ["io.open w"] = { "fs-write", function() io.open(away, "w"):close() end },
    ["io.open a"] = { "fs-write", function() io.open(away, "a"):close() end },
    ["io.open w+"] = { "fs-read fs-write", function() io.open(away, "w+"):close() end },
    ["io.lines"] = { "fs-read", function() for _ in io.lines(file) do end end },
    ["io.lines()"] = { "stdio", function() for _ in io.lines() do end end },
    ["io.input"] = { "fs-read", function() io.input(file):close() io.input(io.stdin) end },
    ["io.output"] = { "fs-write", function() io.output(away):close() io.output(io.stdout) end },
    ["io.read"] = { "stdio", function() io.read() end },
    ["io.write"] = { "stdio", function() io.write("") end },
    ["io.popen"] = { "process", function() io.popen("true"):close() end },
    ["io.tmpfile"] = { "fs-write", function() io.tmpfile():close() end },
    ["file:read"] = { "stdio", function() io.stdin:read() end },
    ["file:lines"] = { "stdio", function() for _ in io.stdin:lines() do end end },
    ["file:write"] = { "stdio", function() io.stderr:write("") end },
    ["file:setvbuf"] = { "stdio", function() io.stdout:setvbuf("full") end },
    ["os.execute"] = { "process", function() os.execute("true") end },
    ["os.remove"] = { "fs-write", function() os.remove(away) end },
    ["os.rename"] = { "fs-write", function() os.rename(away, away) end },
    ["os.tmpname"] = { "fs-write", function() os.remove(os.tmpname()) end },
    ["os.getenv"] = { "env", function() os.getenv("HOME") end },
    ["_G.print"] = { "stdio", function() print("") end },
    ["_G.load"] = { "bytecode", function() assert(load(string.dump(function() end))) end },
    ["_G.load in pieces"] = { "bytecode", function()
        local code, at = string.dump(function() end), 0
        assert(load(function()
            at = at + 1
            return code:sub(at, at)
        end))
    end },
    ["_G.load b"] = { "bytecode", function() load(string.dump(function() end), "=code", "b") end },
    ["_G.loadfile"] = { "fs-read", function() loadfile(file) end },
    ["_G.loadfile()"] = { "stdio", function() loadfile() end },
    ["_G.loadfile code"] = { "fs-read bytecode", function() assert(loadfile(folder .. "/code.lua")) end },
    ["_G.dofile"] = { "fs-read", function() dofile(folder .. "/text.lua") end },
    ["_G.dofile code"] = { "fs-read bytecode", function() dofile(folder .. "/code.lua") end },
    ["_G.warn"] = { "", function() warn("@off") end },
    ["package.loadlib"] = { "native", function() package.loadlib("nowhere", "*") end },
    ["package.searchpath"] = { "fs-read", function() package.searchpath("nowhere", "./?.lua") end },
    ["_G.spawn_process"] = { "process", function() await(spawn_process(function() end)) end },
    ["spawn_process program"] = { "process", function() await(spawn_process("true")) end },
    ["spawn_process stdout"] = { "process fs-write", function() await(spawn_process{ "true", stdout = away }) end },
    ["spawn_process stdin"] = { "process fs-read", function() await(spawn_process{ "true", stdin = file }) end },
    ["spawn_process channel"] = { "process", function()
        local pool = plait.Pool{ processes = 1, command = { "cat" } }
        pool:close()
        pool:join()
    end },
    ["_G.spawn_thread"] = { "threads", function() await(spawn_thread(function() end)) end },
    ["_G.to_thread"] = { "threads", function() await(to_thread(function() end)) end },
    ["plait.scope"] = { "threads", function()
        plait.scope(function(s) s:spawn_thread(function() end) end)
    end },
    ["plait.scope process"] = { "process", function()
        plait.scope(function(s) s:spawn_process(function() end) end)
    end },
    ["plait.Pool"] = { "threads", function() plait.Pool(1):cancel() end },
    ["plait.Pool processes"] = { "process", function() plait.Pool{ processes = 1 }:cancel() end },
    ["plait.exec"] = { "process", function() plait.exec{ "true" } end },
    ["plait.stdin"] = { "stdio", function() plait.stdin:read() end },
    ["plait.signal"] = { "signals", function() plait.signal("USR1", nil) end },
    ["plait.dump"] = { "stdio", function() plait.dump() end },
    ["fs.read"] = { "fs-read", function() fs.read(file) end },
    ["fs.write"] = { "fs-write", function() fs.write(away, "") end },
    ["fs.append"] = { "fs-write", function() fs.append(away, "") end },
    ["fs.copy"] = { "fs-read fs-write", function() fs.copy(file, away) end },
    ["fs.stat"] = { "fs-read", function() fs.stat(file) end },
    ["fs.exists"] = { "fs-read", function() fs.exists(file) end },
    ["fs.list"] = { "fs-read", function() fs.list(folder) end },
    ["fs.walk"] = { "fs-read", function() for _ in fs.walk(folder) do end end },
    ["fs.readlink"] = { "fs-read", function() fs.readlink(file) end },
    ["fs.realpath"] = { "fs-read", function() fs.realpath(file) end },
    ["fs.lines"] = { "fs-read", function() for _ in fs.lines(file) do end end },
    ["fs.open"] = { "fs-read", function() fs.open(file):close() end },
    ["fs.open r+"] = { "fs-read fs-write", function() fs.open(file, "r+"):close() end },
    ["fs.open w"] = { "fs-write", function() fs.open(away, "w"):close() end },
    ["fs.remove"] = { "fs-write", function() fs.remove(away) end },
    ["fs.rename"] = { "fs-write", function() fs.rename(away, away) end },
    ["fs.mkdir"] = { "fs-write", function() fs.mkdir(folder .. "/made") end },
    ["fs.chmod"] = { "fs-write", function() fs.chmod(away, 420) end },
    ["fs.symlink"] = { "fs-write", function() fs.symlink("x", folder .. "/link") end },
    ["fs.temp_file"] = { "fs-write", function() fs.temp_file():close() end },
    ["fs.temp_folder"] = { "fs-write", function() fs.temp_folder():close() end },
    ["fs.watch"] = { "fs-read", function() fs.watch(folder):close() end },
    ["net.connect"] = { "net-connect", function() net.connect(nowhere) end },
    ["net.resolve"] = { "net-connect", function() net.resolve("127.0.0.1") end },
    ["net.listen"] = { "net-listen", function() net.listen("127.0.0.1:0"):close() end },
    ["net.listen unix"] = { "net-listen", function() net.listen(nowhere):close() end },
    ["net.udp"] = { "net-connect", function() net.udp():close() end },
    ["net.udp here"] = { "net-listen", function() net.udp("127.0.0.1:0"):close() end },
    ["http.request"] = { "net-connect", function() http.request{ url = "http://127.0.0.1:1/" } end },
    ["http.get"] = { "net-connect", function() http.get("http://127.0.0.1:1/") end },
    ["http.head"] = { "net-connect", function() http.head("http://127.0.0.1:1/") end },
    ["http.delete"] = { "net-connect", function() http.delete("http://127.0.0.1:1/") end },
    ["http.post"] = { "net-connect", function() http.post("http://127.0.0.1:1/", "") end },
    ["http.put"] = { "net-connect", function() http.put("http://127.0.0.1:1/", "") end },
    ["http.patch"] = { "net-connect", function() http.patch("http://127.0.0.1:1/", "") end },
    ["http.serve"] = { "net-listen", function() http.serve("127.0.0.1:0", function() end):close() end },
    -- Behind the modules, which scripts can reach as well.
    ["raw fs.open"] = { "fs-read", function() require("plait.internal").fs().open(file, "r", 0) end },
    ["raw spawn_program"] = { "process", function() await(require("plait.internal").spawn_program({ "true" }, "x")) end },
    ["threading"] = { "threads", function()
        local t = require("plait.threading").Thread{ target = function() end }
        t:start()
        t:join()
    end },
    ["multiprocessing"] = { "process", function()
        local p = require("plait.multiprocessing").Process{ target = function() end }
        p:start()
        p:join()
    end },
    ["asyncio"] = { "threads", function() await(require("plait.asyncio").to_thread(function() end)) end },
}
for name in ("debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue setcstacklimit sethook setlocal " ..
    "setmetatable setupvalue setuservalue upvalueid upvaluejoin"):gmatch("%S+") do
    -- Wrong arguments, but for debug.debug, which would read from standard input: that is at its end.
    guarded["debug." .. name] = { name == "debug" and "debug stdio" or "debug", function() debug[name]() end }
end

local free = {}
for name in ([[
    debug.traceback io.close io.flush io.type io.stdin io.stdout io.stderr file:close file:flush file:seek
    os.clock os.date os.difftime os.exit os.setlocale os.time package.config package.cpath package.loaded package.path
    package.preload package.searchers
    _G._G _G._VERSION _G.arg _G.assert _G.async _G.await _G.collectgarbage _G.coroutine _G.debug _G.error _G.gather _G.getmetatable
    _G.io _G.ipairs _G.math _G.next _G.os _G.package _G.pairs _G.pcall _G.plait _G.rawequal _G.rawget _G.rawlen _G.rawset
    _G.require _G.select _G.setmetatable _G.sleep _G.string _G.table _G.tonumber _G.tostring _G.type _G.utf8 _G.xpcall
    plait.Array plait.Barrier plait.Channel plait.Condition plait.Error plait.Event plait.Future plait.Lock plait.RLock
    plait.Semaphore plait.Table plait.Value plait.after plait.as_completed plait.async plait.await plait.cpu_count plait.current
    plait.deadline plait.every plait.gather plait.kind plait.now plait.on_unhandled plait.others plait.pid plait.preempt
    plait.processes plait.race plait.repr plait.select plait.shared plait.shield plait.sleep plait.strands plait.tasks plait.threads
    plait.timeout plait.update plait.wait plait.yield plait.fs plait.net plait.http plait.update plait.version plait.finish plait.globals
    net.Listener http.connections
]]):gmatch("%S+") do free[name] = true end

-- What there is, in the same words. Functions of both the globals and plait are the same.
local function check_names(prefix, t)
    for name in pairs(t) do
        local full = prefix .. name
        local is_global = prefix == "plait." and rawget(_G, name) ~= nil and guarded["_G." .. name]
        if not name:find("^__") and not guarded[full] and not free[full] and not is_global then
            error("nothing is said of " .. full .. ": may something deny it? tests/cli/support/deny.lua")
        end
    end
end
check_names("_G.", _G)
for _, name in ipairs{ "io", "os", "package", "debug", "plait" } do check_names(name .. ".", package.loaded[name]) end
check_names("fs.", fs)
check_names("net.", net)
check_names("http.", http)
check_names("file:", getmetatable(io.stdout).__index)

local wrong = {}
local function complain(name, text) wrong[#wrong + 1] = name .. " " .. text end

-- What is taken from a host that is not there is not seen on the screen.
for name, g in pairs(guarded) do
    local must_fail = false
    for word in g[1]:gmatch("%S+") do must_fail = must_fail or denied[word] end
    local ok, err = pcall(g[2])
    local is_denied = plait.kind(err) == "denied" or (not ok and tostring(err):find("denied: ", 1, true) ~= nil)
    if must_fail and not is_denied then complain(name, "was not denied: " .. tostring(err)) end
    if not must_fail and is_denied then complain(name, "was denied: " .. tostring(err)) end
    local text = is_denied and tostring(err) or "denied: "
    if not text:find("denied: [%a ]+: [%w_.:]+%(") and is_denied then complain(name, "has another text: " .. text) end
end

if denied.process and os.execute() then complain("os.execute()", "says that there is a shell") end
if denied.native and pcall(require, "nowhere_at_all") then complain("require", "found a module") end
local ok, why = pcall(require, "nowhere_at_all")
local tells_native = not ok and why:find("denied: native", 1, true) ~= nil
if tells_native ~= (denied.native or false) then complain("require", why) end

table.sort(wrong)
if #wrong > 0 then error(table.concat(wrong, "\n"), 0) end
assert(await(async(function() return 7 end)) == 7)
os.exit(8)
