-- What a value becomes in both formats and back, cut into single bytes; what cannot be expressed is refused by its place.
local internal = require "plait.internal"

local function there_and_back(format, value)
    local bytes = internal.foreign_encode(format, value)
    local frames = internal.foreign_frames(format)
    for i = 1, #bytes - 1 do
        frames:feed(bytes:sub(i, i))
        assert(frames:next() == nil and frames:rest())
    end
    frames:feed(bytes:sub(-1))
    local is_there, back = frames:next()
    assert(is_there and not frames:rest() and frames:next() == nil)
    return back
end

local values = { 0, 1, -1, 127, 128, -32, -33, -128, -129, 255, 256, 65535, 65536, -32769, 1 << 31, 1 << 32, math.maxinteger, math.mininteger,
    0.5, 1.0, -0.0, 1e300, 5e-324, 0.1, "", "text", "a\"\\\n\0\127", "h\u{e9}\u{20ac}\u{1f600}", ("x"):rep(31), ("x"):rep(256), ("y"):rep(70000), true, false,
    {}, { 1, { 2, { 3 } } }, { a = 1, b = { c = "d" } }, { { {} } }, { 1, nil, 3, n = 3 }, { 1, n = 4 }, { n = 5 } }
local many = {}
for i = 1, 70000 do many[i] = i % 200 end
values[#values + 1] = many
for _, format in ipairs{ "msgpack", "json" } do
    for _, value in ipairs(values) do
        local back = there_and_back(format, value)
        if type(value) == "table" then
            assert(plait.repr(back) == plait.repr(value))
        else
            assert(back == value and math.type(back) == math.type(value))
        end
    end
    print(format, there_and_back(format, nil))
end
--> msgpack	nil
--> json	nil
for _, value in ipairs{ "\xff\xfe", 1 / 0, { [1.5] = 1 }, { [true] = 1 }, { 1, 2, [5] = 5 }, { [0] = 1, x = 2 }, { ["\xff"] = 1 } } do
    local back = there_and_back("msgpack", value)
    assert(type(value) == "table" and plait.repr(back) == plait.repr(value) or back == value)
end
local nan = there_and_back("msgpack", 0 / 0)
print(nan ~= nan) --> true

local function refused(value, format)
    local ok, err = pcall(internal.foreign_encode, format or "json", value)
    print(plait.kind(err), (err.message:gsub("^%S+:%d+: ", "")))
end
local ring = {}
ring.x = { ring }
local deep = {}
for _ = 1, 100 do deep = { deep } end
refused(print) --> send	value is a function, which JSON cannot express
refused({ a = { 1, print } }, "msgpack") --> send	value.a[2] is a function, which MessagePack cannot express
refused{ ["x y"] = { plait.Channel(1) } } --> send	value["x y"][1] is a Channel, which JSON cannot express
refused(ring) --> send	value.x[1] is a table that it is in itself
refused{ 1 / 0 } --> send	value[1] is inf (a number), which JSON cannot express
refused{ k = "\xff" } --> send	value.k is, or has as a key, a string that is no UTF-8, which JSON cannot express
refused{ ["\xff"] = 1 } --> send	value is, or has as a key, a string that is no UTF-8, which JSON cannot express
refused{ x = { [5] = 1 } } --> send	value.x has a key that is 5 (a number), which JSON cannot express
refused({ [{}] = 1 }, "msgpack") --> send	value has a key that is a table, which MessagePack cannot express
refused{ setmetatable({}, {}) } --> send	value[1] is an object: a table, which JSON cannot express
refused(deep) --> send	value has more than 100 tables in each other
refused(("x"):rep((64 << 20) + 1)) --> send	value takes more than 67108864 bytes
refused({ 1, n = 1 << 40 }) --> send	value takes more than 67108864 bytes
