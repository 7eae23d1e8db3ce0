-- What no array can be made of is refused, and says what is possible.
local function refused(...)
    local ok, err = pcall(plait.Array, ...)
    print(plait.kind(err), (err.message:gsub("^[%w_]+%.lua:%d+: ", "")))
end
refused() --> usage	Array: argument 1 is nil, not a type such as "f64"
refused(10, "f64") --> usage	Array: argument 1 is 10 (a number), not a type such as "f64"
refused("double", 1) --> usage	Array: no type is called 'double'; there are i8, i16, i32, i64, u8, u16, u32, u64, f32, f64
refused("f64") --> usage	Array: argument 2 is nil, neither a number of elements nor a list of them
refused("f64", "10") --> usage	Array: argument 2 is "10" (a string), neither a number of elements nor a list of them
refused("f64", plait.Value(1)) --> usage	Array: argument 2 is a Value, neither a number of elements nor a list of them
refused("f64", -1) --> usage	Array: there cannot be -1 elements
refused("f64", 1.5) --> usage	Array: there cannot be 1.5 elements
refused("f64", 0/0) --> usage	Array: there cannot be -nan elements
refused("f64", math.huge) --> usage	Array: there cannot be inf elements
refused("f64", math.mininteger) --> usage	Array: there cannot be -9223372036854775808 elements
refused("f64", math.maxinteger) --> usage	Array: 9223372036854775807 elements of 8 bytes are more than this machine's memory
refused("u8", 1e15) --> usage	Array: 1000000000000000 elements of 1 bytes are more than this machine's memory
refused("u8", {1, 2, 256}) --> usage	Array: element 3 of the list: 256 does not fit into u8 (0 to 255)
refused("u8", {1, "2"}) --> usage	Array: element 2 of the list: "2" (a string) does not fit into u8 (0 to 255)
refused("i8", {0.5}) --> usage	Array: element 1 of the list: 0.5 is no integer, as i8 needs one
refused("i8", plait.Array("f64", {300})) --> usage	Array: element 1 of the list: 300.0 does not fit into i8 (-128 to 127)
