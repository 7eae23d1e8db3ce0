-- Integers and floats stay apart, and no two different floats look alike.
print(plait.repr(1)) --> 1
print(plait.repr(1.0)) --> 1.0
print(plait.repr(-0.0)) --> -0.0
print(plait.repr(math.mininteger)) --> -9223372036854775808
print(plait.repr(0.1)) --> 0.1
print(plait.repr(0.1 + 0.2)) --> 0.30000000000000004
print(plait.repr(1 / 3)) --> 0.3333333333333333
print(plait.repr(2^53)) --> 9007199254740992.0
print(plait.repr(1e15)) --> 1e+15
print(plait.repr(5e-324)) --> 4.9406564584125e-324
print(plait.repr({1 / 0, -1 / 0, 0 / 0})) --> [inf, -inf, nan]
for _, number in ipairs{math.pi, 1e21, 123456.789e-10, 2^-1074, 1.7976931348623157e308} do
    assert(tonumber(plait.repr(number)) == number)
end
