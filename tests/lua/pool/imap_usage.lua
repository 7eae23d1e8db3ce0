-- What makes no sense is refused, wrong options by their names.
local pool <close> = plait.Pool(1)
local function try(...)
    local ok, err = pcall(pool.imap, pool, ...)
    print(plait.kind(err), (err.message:match("imap: .*")))
end
try(5, {})
try(print)
try(print, 5)
try(print, "text")
try(print, pairs{ x = 1 })
try(print, {}, 5)
try(print, {}, { order = true })
try(print, {}, { ordered = "yes" })
try(print, {}, { ahead = 0 })
try(print, {}, { ahead = 1.5 })
try(print, {}, { chunk = "2" })
try(print, {}, { chunk = 3, ahead = 2 })
try(print, {}, { progress = 5 })
print(plait.kind(select(2, pcall(plait.Pool(1).imap, {}, print, {}))))
--> usage	imap: argument 1 is 5 (a number), not a function
--> usage	imap: argument 2 is nil, not a list, an iterator function or a channel
--> usage	imap: argument 2 is 5 (a number), not a list, an iterator function or a channel
--> usage	imap: argument 2 is "text" (a string), not a list, an iterator function or a channel
--> usage	imap: pairs(t) does not fit in here, since its iterator needs t; give a list, or a function that returns the next item
--> usage	imap: the options are 5 (a number), not a table
--> usage	imap: there is no option 'order'
--> usage	imap: ordered is "yes" (a string), not true or false
--> usage	imap: ahead is 0 (a number), not a whole number from 1 on
--> usage	imap: ahead is 1.5 (a number), not a whole number from 1 on
--> usage	imap: chunk is "2" (a string), not a whole number from 1 on
--> usage	imap: chunk is 3, so ahead cannot be 2: it is never less
--> usage	imap: progress is 5 (a number), not true, a function or a table
--> usage
