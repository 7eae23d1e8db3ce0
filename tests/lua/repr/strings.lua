-- Strings in double quotes, everything unreadable escaped.
print(plait.repr("it's")) --> "it's"
print(plait.repr('say "hi"')) --> "say \"hi\""
print(plait.repr("a\nb\tc\r\\")) --> "a\nb\tc\r\\"
print(plait.repr("\a\b\f\v")) --> "\a\b\f\v"
print(plait.repr("\0001\27[0m\127")) --> "\x001\x1B[0m\x7F"
print(plait.repr("zażółć 漢字 🧵")) --> "zażółć 漢字 🧵"
print(plait.repr("\xFFabc\xC3")) --> "\xFFabc\xC3"
print(plait.repr("\u{9B}31m")) --> "\xC2\x9B31m"
print(plait.repr("")) --> ""
print(plait.repr({"x", k = "y"})) --> {"x", k = "y"}
