-- Bytes that are no values: what is wrong, and at which byte; whatever they are, there is an answer.
local internal = require "plait.internal"

local function look(format, bytes)
    local frames = internal.foreign_frames(format)
    frames:feed(bytes)
    local is_there, value
    repeat is_there, value = frames:next() until not is_there
    return value or frames:rest()
end

for _, bytes in ipairs{ "\xc1", "\1\2\x92\1\xc1", "\xd4\1\1", "\x81\xc0\1", "\x81\x90\1", ("\x91"):rep(101) .. "\1", "\x92\1", "\xdb\xff\xff\xff\xff" } do
    print(look("msgpack", bytes))
end
--> no MessagePack at byte 1
--> no MessagePack at byte 5
--> an extension type at byte 1
--> a key that is nil, NaN, or a table at byte 2
--> a key that is nil, NaN, or a table at byte 2
--> more than 100 tables in each other at byte 101
--> the end in the middle of a value at byte 3
--> the end in the middle of a value at byte 6
for _, text in ipairs{ "hello\n", "1\n2\n[1,]\n", "[1 2]\n", "{\"a\":}\n", "{a:1}\n", "{\"a\" 1}\n", "\"\\x\"\n", "\"\\ud800\"\n", "\"\\udc00\"\n", "\"\\u12g4\"\n",
    "\"\xff\"\n", "01\n", "1.\n", "-\n", "1e\n", "nul\n", "[1]x\n", ("["):rep(101) .. "\n", "\"abc\n", "\"\0\"\n", "\0\n", "[1" } do
    print(look("json", text))
end
--> no JSON value at byte 1
--> no JSON value at byte 8
--> no ',' or ']' at byte 4
--> no JSON value at byte 6
--> no key at byte 2
--> no ':' at byte 6
--> no escape at byte 3
--> half a character at byte 8
--> half a character at byte 8
--> no hexadecimal digit at byte 6
--> a string that is no UTF-8 at byte 2
--> something behind the value at byte 2
--> no digit at byte 3
--> no digit at byte 2
--> no digit at byte 3
--> no JSON value at byte 1
--> something behind the value at byte 4
--> more than 100 tables in each other at byte 101
--> a string without an end at byte 5
--> a control character in a string at byte 2
--> no JSON value at byte 1
--> the end in the middle of a value at byte 3
print(look("json", "\n \r\n"), look("json", " [ 1 , {\"a\" : null} ] \r\n")) --> nil	nil
-- Valid bytes with a few of them changed.
math.randomseed(7)
local preset = os.getenv("PLAIT_PRESET")
local ROUNDS = (preset == "asan" or preset == "tsan") and 2000 or 20000
local value = { 1, -300, 2.5, "text", { a = { true, false, "\u{20ac}" }, b = 1 << 40 }, ("x"):rep(40) }
local count = 0
for _, format in ipairs{ "msgpack", "json" } do
    local valid = internal.foreign_encode(format, value)
    for _ = 1, ROUNDS do
        local bytes = valid
        for _ = 1, math.random(3) do
            local i = math.random(#bytes)
            bytes = bytes:sub(1, i - 1) .. string.char(math.random(0, 255)) .. bytes:sub(i + math.random(0, 2))
        end
        local frames = internal.foreign_frames(format)
        local cut = math.random(#bytes)
        for _, part in ipairs{ bytes:sub(1, cut), bytes:sub(cut + 1) } do
            frames:feed(part)
            local is_there
            repeat is_there = frames:next() until not is_there
            if is_there == false then break end
        end
        count = count + 1
    end
end
print(count == 2 * ROUNDS) --> true
