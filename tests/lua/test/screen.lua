-- What a terminal shows after sequences of bytes, as xterm does it.
local screen = require "plait.test.screen"

-- after(bytes): the screen of 10 columns and 4 rows, its lines divided by "/", and the place of the cursor.
local function after(bytes)
  local s = screen.new(10, 4)
  s:feed(bytes)
  local t = screen.new(10, 4) -- in pieces it is the same
  for byte in bytes:gmatch(".") do t:feed(byte) end
  assert(s:text() == t:text() and s.x == t.x and s.y == t.y, "in pieces")
  return (s:text():gsub("\n", "/")), ("%d,%d"):format(s.x, s.y)
end

-- Text, lines, the end of a line, the end of the screen.
print(after("abc\r\nde")) --> abc/de	3,2
print(after("abc\nde")) --> abc/   de	6,2
print(after("0123456789")) --> 0123456789	10,1
print(after("0123456789a")) --> 0123456789/a	2,2
print(after("0123456789\rx")) --> x123456789	2,1
print(after("0123456789\8x")) --> 01234567x9	10,1
print(after("0123456789\27[K")) --> 012345678	10,1
print(after("1\r\n2\r\n3\r\n4\r\n5")) --> 2/3/4/5	2,4
print(after("\27[?7l0123456789abc")) --> 012345678c	10,1
print(after("a\tb\8\8c")) --> a      cb	9,1

-- Characters of several bytes, wide ones, combining ones, and what is none.
print(after("wörld")) --> wörld	6,1
print(after("日本x")) --> 日本x	6,1
print(after("012345678日")) --> 012345678/日	3,2
print(after("日本\27[2GX")) -->  X本	3,1
print(after("日本\27[3GX")) --> 日X	4,1
print(after("e\u{301}x")) --> éx	3,1
print((after("a\xffb\xc3(")):gsub("\u{FFFD}", "?")) --> a?b?(	2

-- Movement stops at the edges.
print(after("\27[2;3Hx\27[9A\27[Dy")) -->   y/  x	4,1
print(after("\27[99;99Hx\27[1Gy")) --> ///y        x	2,4
print(after("ab\27[Ec\27[Fd\27[4Ge")) --> db e/c	5,1
print(after("ab\27[2dc\27[2`d")) --> ab/ dc	3,2
print(after("ab\0277\r\n\r\nc\0278d")) --> abd//c	4,1

-- Erasing.
print(after("abcdef\27[3G\27[K")) --> ab	3,1
print(after("abcdef\27[3G\27[1K")) -->    def	3,1
print(after("abcdef\27[3G\27[2K")) --> 	3,1
print(after("a\r\nb\r\nc\27[2;1H\27[J")) --> a	1,2
print(after("a\r\nb\r\nc\27[2;1H\27[1J")) --> //c	1,2
print(after("a\r\nb\27[2J")) --> 	2,2
print(after("abcdef\27[2G\27[2X")) --> a  def	2,1

-- Inserting and taking away.
print(after("abcdef\27[2G\27[2@")) --> a  bcdef	2,1
print(after("abcdef\27[2G\27[2P")) --> adef	2,1
print(after("abc\r\27[4hxy\27[4lz")) --> xyzbc	4,1
print(after("1\r\n2\r\n3\27[2;2H\27[L")) --> 1//2/3	1,2
print(after("1\r\n2\r\n3\27[1;2H\27[M")) --> 2/3	1,1
print(after("x\27[4b")) --> xxxxx	6,1

-- Scrolling, in a region.
print(after("1\r\n2\r\n3\r\n4\27[2;3r\27[3;1H\n5")) --> 1/3/5/4	2,3
print(after("1\r\n2\r\n3\r\n4\27[2;3r\27[2;1H\27M5")) --> 1/5/2/4	2,2
print(after("1\r\n2\r\n3\r\n4\27[2;3r\27[S")) --> 1/3//4	1,1
print(after("1\r\n2\r\n3\r\n4\27[T")) --> /1/2/3	2,4
print(after("1\r\n2\27[2;3r\27[?6hx")) --> 1/x	2,2

-- The other screen, colours, titles, line drawing, and what is not known.
print(after("abc\27[?1049h\27[2J\27[Hother\27[?1049ld")) --> abcd	5,1
print(after("\27[1;31mred\27[38;5;3m!\27[m")) --> red!	5,1
print(after("\27]0;title\7a\27]0;title\27\\b\27P+q\27\\c")) --> abc	4,1
print(after("\27(0lqk\27(Bq")) --> ┌─┐q	5,1
print(after("a\27[?12345hb\27[99zc\27=d\27%Ge")) --> abcde	6,1
print(after("abc\27cd")) --> d	2,1

-- Answers.
local s = screen.new(10, 4)
s.answer = function(bytes) print((bytes:gsub("\27", "ESC"))) end
s:feed("ab\27[6n\27[5n\27[c")
--> ESC[1;3R
--> ESC[0n
--> ESC[?6c

-- Another size.
s = screen.new(10, 4)
s:feed("1\r\n2\r\n3\r\n45678")
s:resize(3, 2)
print((s:text():gsub("\n", "/"))) --> 3/456
s:resize(6, 3)
s:feed("x")
print((s:text():gsub("\n", "/"))) --> 3/45x
print(#s:line(1), #s:line(3)) --> 1	0
