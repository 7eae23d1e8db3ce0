-- Each type holds its smallest and its largest number, and refuses the next ones; then nothing is written.
local integers = {
    i8 = {-0x80, 0x7f}, i16 = {-0x8000, 0x7fff}, i32 = {-0x80000000, 0x7fffffff},
    u8 = {0, 0xff}, u16 = {0, 0xffff}, u32 = {0, 0xffffffff},
}
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    return not ok and plait.kind(err) == "usage"
end
local function set(a, v) a[2] = v end

for type, range in pairs(integers) do
    local a = plait.Array(type, 3)
    for _, v in ipairs(range) do
        set(a, v)
        assert(a[2] == v and math.type(a[2]) == "integer", type)
    end
    local wrong = {
        range[1] - 1, range[2] + 1, range[2] + 1.0, 1.5, 0/0, math.huge, -math.huge, math.mininteger, math.maxinteger,
    }
    for _, v in ipairs(wrong) do
        assert(refused(set, a, v) and refused(a.fill, a, v) and refused(plait.Array, type, {v}), type)
    end
    for _, v in ipairs{"1", true, {}, print, plait.Value(1)} do
        assert(refused(set, a, v) and refused(a.fill, a, v) and refused(a.add, a, 2, v), type)
    end
    assert(refused(set, a, nil) and refused(a.fill, a) and refused(a.add, a, 2), type)
    assert(a[1] == 0 and a[2] == range[2] and a[3] == 0, type)
end

for _, type in ipairs{"i64", "u64"} do
    local a = plait.Array(type, 3)
    for _, v in ipairs{math.mininteger, -1, 0, math.maxinteger} do
        set(a, v)
        assert(a[2] == v, type)
    end
    assert(refused(set, a, 2.0^64) and refused(set, a, 0.5) and refused(set, a, -2.0^64), type)
    assert(a[2] == math.maxinteger)
end
local i64, u64 = plait.Array("i64", 1), plait.Array("u64", 1)
u64[1] = 2.0^63
print(refused(function() i64[1] = 2.0^63 end), u64[1] == math.mininteger, math.ult(1, u64[1])) --> true	true	true

for _, type in ipairs{"f32", "f64"} do
    local a = plait.Array(type, 3)
    for _, v in ipairs{0.5, -3, math.huge, -math.huge, 2.0^-126, math.mininteger} do
        set(a, v)
        assert(a[2] == v and math.type(a[2]) == "float", type)
    end
    set(a, 0/0)
    assert(a[2] ~= a[2])
    assert(refused(set, a, "1") and refused(set, a, nil))
end
local f32 = plait.Array("f32", {0.1})
print(f32[1] == 0.1, math.abs(f32[1] - 0.1) < 1e-8) --> false	true
print(refused(function() f32[1] = 1e39 end), f32[1] > 0) --> true	true
