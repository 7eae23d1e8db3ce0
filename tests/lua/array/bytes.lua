-- bytes gives elements as string.unpack reads them; fill sets all of them.
local formats = {i8 = "b", i16 = "i2", i32 = "i4", i64 = "i8", u8 = "B", u16 = "I2", u32 = "I4", u64 = "I8", f32 = "f", f64 = "d"}
for type, format in pairs(formats) do
    local a = plait.Array(type, 13)
    for i = 1, 13 do a[i] = i * i - 100 < 0 and type:find("u") and i or math.min(i * i - 100, 69) end
    local size = string.packsize("=" .. format)
    for i = 1, 14 do
        for j = i - 1, 13 do
            local text = a:bytes(i, j)
            assert(#text == (j - i + 1) * size, type)
            for k = i, j do
                assert(string.unpack("=" .. format, text, (k - i) * size + 1) == a[k], type)
            end
        end
    end
    assert(a:bytes() == a:bytes(1, 13) and a:bytes(5) == a:bytes(5, 13) and a:bytes(nil, 3) == a:bytes(1, 3))
    a:fill(99)
    for i = 1, 13 do assert(a[i] == 99, type) end
    assert(a:bytes() == string.pack("=" .. format, 99):rep(13), type)
end
local function refused(...)
    local ok, err = pcall(...)
    print(plait.kind(err), (err.message:gsub("^[%w_]+%.lua:%d+: ", "")))
end
local a = plait.Array("u8", 3)
refused(a.bytes, a, 0) --> usage	Array:bytes: 0 to 3 is not within 1 to 3
refused(a.bytes, a, 1, 4) --> usage	Array:bytes: 1 to 4 is not within 1 to 3
refused(a.bytes, a, 3, 1) --> usage	Array:bytes: 3 to 1 is not within 1 to 3
refused(a.bytes, a, math.mininteger, math.maxinteger) --> usage	Array:bytes: -9223372036854775808 to 9223372036854775807 is not within 1 to 3
refused(a.bytes, a, 1, math.mininteger) --> usage	Array:bytes: 1 to -9223372036854775808 is not within 1 to 3
refused(a.bytes, a, 1.5) --> usage	Array:bytes: 1.5 is no integer
refused(a.bytes, a, "x") --> usage	Array:bytes: argument 1 is "x" (a string), no integer
print(#plait.Array("f64", 0):bytes()) --> 0
