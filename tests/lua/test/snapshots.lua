-- Snapshots and golden files: written at first, compared afterwards, updated and removed when asked; never written in CI.
local fs = plait.fs
local run = require "plait.test.run"
local setenv = require("plait.internal").test().setenv

local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a_test.lua"
local function write(text) assert(fs.write(path, "local test = require 'plait.test'\n" .. text)) end
local function status(options)
    local list = {}
    local done = run(path, options or {}, function(event)
        if event.event ~= "end" then return end
        local failure = event.failures and event.failures[1]
        list[#list + 1] = event.status .. (failure and ": " .. failure.message:gsub("/.*/", "DIR/") or "")
    end)
    return table.concat(list, ", "), done
end
local function snapshots() return fs.read(folder.path .. "/__snapshots__/a_test.snap.lua") end

setenv("CI", nil)
local text = [[
test("value", function(t) t.snapshot({ b = 1, a = { "x", function() end, print } }) end)
test("text", function(t)
  t.snapshot("one\n  two\n\\z")
  t.snapshot("named", "n")
  t.snapshot("at 12:30", { name = "r", redact = { ["%d+:%d+"] = "TIME" } })
end)
]]
write(text)
print((status())) --> passed, passed
print((status())) --> passed, passed
local first = snapshots()
print(first:find("0x") == nil, load(first)()["text › 1"] == "one\n  two\n\\z", load(first)()["text › r"]) --> true	true	at TIME
print(load(first)()["value › 1"])
--> {
-->   a = {
-->     [1] = "x",
-->     [2] = <function 1>,
-->     [3] = <function 2>,
-->   },
-->   b = 1,
--> }

write((text:gsub("b = 1", "b = 2")))
print((status())) --> failed: not as in the snapshot, passed
print(snapshots() == first) --> true
print((status{ update_snapshots = true })) --> passed, passed
print(load(snapshots())()["value › 1"]:match("b = %d")) --> b = 2

-- What is not used any more goes with a whole run only.
write("test('value', function(t) t.snapshot('v') end)\ntest('other', function() end)")
print((status{ update_snapshots = true, filter = "value" })) --> passed
print(load(snapshots())()["text › n"]) --> named
print((status{ update_snapshots = true })) --> passed, passed
print(load(snapshots())()["text › n"], load(snapshots())()["value › 1"]) --> nil	v

write("test('new', function(t) t.snapshot(1, 'new') end)\ntest('golden', function(t) t.golden('g.txt', 'a\\nb\\n') end)")
setenv("CI", "true")
print((status())) --> failed: there is no snapshot yet, and none is written where CI is set, failed: there is no file DIR/g.txt
setenv("CI", nil)
print((status()), fs.read(folder.path .. "/g.txt") == "a\nb\n") --> passed, passed	true
fs.write(folder.path .. "/g.txt", "a\nc\n")
print((status())) --> passed, failed: not as in DIR/g.txt
print((status{ update_snapshots = true })) --> passed, passed
