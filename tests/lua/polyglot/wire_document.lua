-- The worked bytes of docs/wire.md are those that are written, and read.
local internal = require "plait.internal"
local text = assert(plait.fs.read(os.getenv("SOURCE_DIR") .. "/docs/wire.md"))
local rows = text:match("\n## Worked bytes\n(.-)\n\nA program")
local count = 0
local function check(format, value, bytes, lua)
    local written = internal.foreign_encode(format, value)
    assert(written == bytes, lua)
    local frames = internal.foreign_frames(format)
    frames:feed(bytes)
    local is_there, back = frames:next()
    assert(is_there and plait.repr(back) == plait.repr(value), lua)
end
for lua, msgpack, json in rows:gmatch("\n| `([^\n|]-)` | `([^\n|]-)` | ([^\n|]-)|") do
    local value = load("return " .. lua)()
    check("msgpack", value, (msgpack:gsub("(%x%x) ?", function(hex) return string.char(tonumber(hex, 16)) end)), lua)
    json = json:match("`(.*)`")
    if json then
        check("json", value, json .. "\n", lua)
    else
        assert(not pcall(internal.foreign_encode, "json", value), lua)
    end
    count = count + 1
end
print(count) --> 17
-- The conversation, by a program that knows nothing but these bytes.
local ch, squares = plait.Channel(2), plait.Channel(2)
ch:send(3)
ch:send(4)
ch:close()
local p = spawn_process{ "sh", "-c", [[
    printf '\300' >&3; head -c 1 <&3 | od -An -tx1; printf '\011' >&3
    printf '\300' >&3; head -c 1 <&3 | od -An -tx1; printf '\020' >&3
    printf '\300' >&3; cat <&3 | od -An -tx1
]], input = ch, output = squares, stdout = "pipe" }
print(p.stdout:read("l", "l", "l")) -->  03	 04	nil
print(squares:recv(), squares:recv(), await(p)) --> 9	16	0
