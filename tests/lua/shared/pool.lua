-- Pools of threads and of processes used by two strands of any kinds.
require("nine").run{
    make = function() return plait.Pool(2), plait.Pool{ processes = 1 } end,

    left = function(side, threads, processes)
        local function square(n) return n * n end
        side:say(plait.repr(threads:map(square, { 1, 2, 3 }, { chunk = 1 }))) --> left [1, 4, 9]
        side:say(plait.repr(processes:map(square, { 4, 5 }))) --> left [16, 25]
        side:say(plait.repr(threads:starmap(math.max, { { 1, 5 }, { 7, 2 } }))) --> left [5, 7]
        local words = {}
        for n, word in threads:imap(function(word) return #word, word end, ("to be or not"):gmatch("%a+"), { ahead = 2 }) do
            words[#words + 1] = word .. n
        end
        side:say(table.concat(words, " ")) --> left to2 be2 or2 not3
        side:say(await(threads:submit(function(...) return select("#", ...), ... end, nil, 2, nil))) --> left 3 nil 2 nil
        side:meet()
        side:say(select(2, pcall(threads.map, threads, function(n) error("item " .. n, 0) end, { 7 }))) --> left item 7
        side:say(side:kind(threads.map, threads, 1, {}), side:kind(threads.starmap, threads, print, { 1 })) --> left usage usage
        local slow = threads:submit(sleep, 600)
        side:say(await(slow, 0.005)) --> left nil timeout
        side:say(side:cancel(slow)) --> left cancelled
        side:meet() -- right closes both
        side:take()
        side:say(select("#", threads:join())) --> left 1
        side:say(side:kind(threads.submit, threads, print), side:kind(processes.map, processes, print, {})) --> left closed closed
    end,

    right = function(side, threads, processes)
        side:say(await(processes:submit(string.rep, "ab", 3))) --> right ababab
        side:meet()
        local ok, err = pcall(processes.map, processes, function() os.exit(9) end, { 1 })
        side:say(ok, plait.kind(err)) --> right false died
        side:say(processes:map(function(n) return n + 1 end, { 1 })[1]) --> right 2
        side:say(select(2, pcall(await, threads:submit(error, { code = 5 }))).code) --> right 5
        side:meet()
        local last = processes:submit(math.max, 1, 2)
        threads:close()
        processes:close()
        processes:close()
        side:say(await(last), side:kind(threads.map, threads, print, {})) --> right 2 closed
        threads:cancel()
        side:say(select("#", threads:join()), select("#", processes:join())) --> right 1 1
        side:give()
    end,
}
