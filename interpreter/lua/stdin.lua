-- plait.stdin: the standard input, as a stream. Waiting for it holds up the strand that reads, and no other one.
--
-- What it reads ahead is not there for io.stdin, nor the other way round: a program uses one of the two.

local streams = require "plait.streams"

return streams.wrap(streams.raw.stdin(), "stdin")
