-- t.cmd and t.pty.
local test_file = require "test_file"

local r = test_file [[
local test = require "plait.test"
test("result", function(t)
  local r = t.cmd{ "sh", "-c", "cat; echo err >&2; exit 3", stdin = "in" }
  t.eq({ r.code, r.signal, r.stdout, r.stderr, r.timed_out }, { 3, nil, "in", "err\n", false })
end)
test("signal", function(t) t.eq(t.cmd{ "sh", "-c", "kill -9 $$" }.signal, 9) end)
test("time", function(t)
  local r = t.cmd{ "sh", "-c", "echo begun; sleep 100", timeout = 0.2 }
  t.eq({ r.timed_out, r.stdout }, { true, "begun\n" })
end)
test("itself", function(t) t.eq(t.cmd{ "plait", "-e", "print(6 * 7)" }.stdout, "42\n") end)
test("environment", function(t)
  t.setenv("PLAIT_TEST_A", "a")
  local r = t.cmd{ "sh", "-c", "echo $PLAIT_TEST_A $PLAIT_TEST_B", env = { PLAIT_TEST_B = "b" } }
  t.eq(r.stdout, "a b\n")
  t.eq(t.cmd{ "sh", "-c", "echo ${PLAIT_TEST_A-none}", env = { PLAIT_TEST_A = false } }.stdout, "none\n")
end)
test("much", function(t)
  local r = t.cmd{ "sh", "-c", "head -c 3000000 /dev/zero; cat >&2", stdin = ("x"):rep(1000000), limit = 2000000, timeout = 100 }
  t.eq({ #r.stdout, #r.stderr, r.code }, { 2000000, 1000000, 0 })
end)
test("unread input", function(t) t.eq(t.cmd{ "true", stdin = ("x"):rep(1000000) }.code, 0) end)
test("file", function(t)
  local path = t.tmpdir().path .. "/out"
  t.eq(t.cmd{ "echo", "text", stdout = path }.stdout, nil)
  t.eq(plait.fs.read(path), "text\n")
end)
test("no program", function(t) t.raises(function() t.cmd{ "no-such-program" } end, "no%-such%-program") end)
test("usage", function(t)
  t.raises(function() t.cmd "ls" end, 't.cmd: argument 1 is "ls" %(a string%), not a table')
  t.raises(function() t.cmd{} end, "there is no program")
  t.raises(function() t.cmd{ "ls", colour = 1 } end, "there is no option 'colour'")
  t.raises(function() t.cmd{ "ls", timeout = -1 } end, "timeout is")
  t.raises(function() t.cmd{ "ls", stdin = 5 } end, "stdin is")
  t.raises(function() t.pty{ "ls", stdin = 5 } end, "there is no option 'stdin'")
end)

test("terminal", { timeout = 100 }, function(t)
  local p <close> = t.pty{ "sh", "-c", "stty -echo; printf 'name? '; read n; printf '\\033[1mhello\\033[m %s\\n' $n; exit 4", timeout = 60 }
  t.eq(p:expect("name? "), "")
  p:send("Ann\r")
  t.eq(p:expect_match("hello (%a+)"), "Ann")
  t.eq(p:wait().code, 4)
  t.eq(p:screen(), "name? hello Ann")
end)
test("the first of several", { timeout = 100 }, function(t)
  local p = t.pty{ "echo", "one two", timeout = 60 }
  t.eq({ p:expect{ any = { "two", "one" } } }, { 2, "" })
  t.eq({ p:expect{ any = { "two", "one" } } }, { 1, " " })
end)
test("keys", { timeout = 100 }, function(t)
  local p = t.pty{ "sh", "-c", "stty raw -echo; printf .; head -c 8 | od -An -tx1", timeout = 60 }
  p:expect(".")
  p:key("C-c", "Up", "M-x", "F1" and "q", "Enter")
  t.eq(p:expect_match("[%x ]+"), " 03 1b 5b 41 1b 78 71 0d")
  t.raises(function() p:key("Hyper") end, 'no key "Hyper"')
  t.eq(p:wait().code, 0)
end)
test("size", { timeout = 100 }, function(t)
  local p = t.pty{ "sh", "-c", "stty size; read x; stty size", cols = 50, rows = 5, timeout = 60 }
  p:expect("5 50\n")
  p:resize(30, 6):send("\r")
  p:expect("6 30\n")
  p:wait()
end)
test("answers questions", { timeout = 100 }, function(t)
  local p = t.pty{ "sh", "-c", "stty raw -echo; printf '\\033[3;7H\\033[6n'; head -c 6 | tr '\\033' E", timeout = 60 }
  p:expect("E[3;7R")
  t.eq({ p:cursor() }, { 13, 3 })
end)
test("paste", { timeout = 100 }, function(t)
  local p = t.pty{ "sh", "-c", "stty raw -echo; printf '.\\033[?2004h\\033[1G!'; head -c 15 | od -An -c", timeout = 60 }
  p:expect("!")
  p:paste("a\nb")
  t.contains(p:expect_match(".-~ +[^~]+~"), "2   0   0")
end)
test("left open", { timeout = 100 }, function(t) t.pty{ "sleep", "100" } end)
test("does not come", { timeout = 100 }, function(t)
  local p = t.pty{ "sh", "-c", "echo 'that is there'; read x", timeout = 0.3 }
  p:expect("is not there")
end)
test("ends before", { timeout = 100 }, function(t) t.pty{ "echo", "short", timeout = 60 }:expect("long") end)
test("strict", { timeout = 100 }, function(t)
  local p = t.pty{ "echo", "unread", timeout = 60 }
  p:wait{ strict = true }
end)
]]
local expected = { ["does not come"] = true, ["ends before"] = true, strict = true }
for name in pairs(r.by_name) do
    local status = r.status(name)
    if expected[name] then
        assert(status:find("^failed"), name)
    elseif status ~= "passed" then
        print(name, status)
    end
end
for _, name in ipairs{ "does not come", "ends before", "strict" } do print((r.status(name):gsub("^failed | %d+: ", ""))) end
--> "is not there" did not come in time
--> the program has closed its terminal, and "long" has not come
--> there is text that was not expected
print(r.by_name["does not come"].failures[1].diff)
-->   screen:
-->     that is there
-->   not expected so far: "that is there\
--> "
