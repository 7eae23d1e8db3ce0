-- nil, booleans, integers, floats and strings travel exactly, to threads and to processes and back.
local values = {
    true, false, 0, 1, -1, 127, 128, 255, 256, -128, -129, 65535, 65536, 2^31 | 0, -(2^31) | 0, 2^32 | 0,
    math.maxinteger, math.mininteger, 1.0, 2^53, 0.1, -1e308, 5e-324, math.huge, -math.huge,
    "", "a\0b\n\xff", ("x"):rep(31), ("x"):rep(32), ("x"):rep(255), ("x"):rep(256), ("y"):rep(70000),
}
for _, start in ipairs{spawn_thread, spawn_process} do
    local back = table.pack(await(start(function(...) return ... end, table.unpack(values))))
    local bad = 0
    for i, v in ipairs(values) do
        if back[i] ~= v or math.type(back[i]) ~= math.type(v) then bad = bad + 1 end
    end
    local nan, zero, none = await(start(function(...) return ... end, 0/0, -0.0, nil))
    print(bad, back.n == #values, nan ~= nan, 1 / zero, none)
end
--> 0	true	true	-inf	nil
--> 0	true	true	-inf	nil
