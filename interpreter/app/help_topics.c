/* help_topics.c - the texts of `plait help TOPIC`.
 *
 * A topic fits on a screen of 24 lines of 80 columns. It reminds; the manual
 * explains. */
#include "app/help_topics.h"

#include <stddef.h>

const app_topic app_topics[] = {
    {"start", "start tasks, threads and processes",
     "async(f, ...)           start f as a task of this Lua state\n"
     "spawn_thread(f, ...)    start f on a thread of its own\n"
     "to_thread(f, ...)       start f on a thread of a shared pool\n"
     "spawn_process(f, ...)   start f in a process of its own\n"
     "spawn_process(\"ls\", \"-l\")  start a program; its result is the exit "
     "code\n"
     "plait.after(s, f, ...)  start f as a task s seconds from now\n"
     "plait.every(s, f, ...)  start f as a task every s seconds\n"
     "\n"
     "All return a handle; await(handle) returns what f returned or raises\n"
     "what it raised. Options go into a table:\n"
     "\n"
     "  spawn_thread{ f, 1, 2, name = \"w1\", daemon = true }\n"
     "\n"
     "The end of the script waits for all that are not daemons.\n"},

    {"wait", "wait for one, for many, for a while",
     "await(h [, seconds])    results of h, or nil, \"timeout\"\n"
     "gather(a, b, ...)       list of the results; an error cancels the rest\n"
     "plait.race(a, b, ...)   index and results of the first; cancels the "
     "rest\n"
     "plait.wait(list, {when = \"first\", timeout = 1})   lists: done, "
     "pending\n"
     "for h in plait.as_completed(list) do   handles in the order of their "
     "ends\n"
     "plait.select{ch, out:sending(v), h, timeout = 1}   the first that can go "
     "on\n"
     "  plait --seed n         which of several it takes repeats\n"
     "sleep(seconds)          let others run for that long\n"
     "h:cancel()              ends h with an error of kind \"cancelled\"\n"},

    {"select", "wait for the first of several things",
     "local i, v = plait.select{ch, out:sending(v), h, event, timeout = 1}\n"
     "\n"
     "ch               receives: v, or nil, \"closed\"\n"
     "out:sending(v)   sends v: true\n"
     "h, a handle      its results, or raises its error\n"
     "event            true, once it is set\n"
     "timeout = s      nil, \"timeout\" after that many seconds\n"
     "default = true   nil, \"default\" at once if none can go on\n"
     "\n"
     "i is the place in the list. What was not chosen has not happened.\n"},

    {"options", "options by table, when something is started",
     "spawn_thread{ f, 1, 2, name = \"w1\", daemon = true }\n"
     "\n"
     "name = \"w1\"       the name in reports, and h.name\n"
     "daemon = true     the end of the program does not wait for it\n"
     "n = 3             length of the list, if arguments are nil\n"
     "private = {\"x\"}   threads, processes: a copy of x is what is wanted\n"
     "globals = {\"g\"}   threads, processes: take the global g along\n"
     "cwd, env, stdin, stdout, stderr   processes\n"
     "\n"
     "gather{ a, b, settle = true, timeout = 1 }\n"
     "plait.race{ a, b, timeout = 1 }\n"},

    {"pools", "workers that wait for work",
     "local pool <close> = plait.Pool(4)      threads; one a CPU without n\n"
     "plait.Pool{processes = 4, init = f, recycle = 100}\n"
     "\n"
     "pool:map(f, list [, {chunk = 8, timeout = 1, progress = true}])\n"
     "pool:starmap(f, {{1, 2}, {3, 4}})       f(1, 2), f(3, 4)\n"
     "for v in pool:imap(f, io.lines()) do    reads a little ahead\n"
     "pool:submit(f, ...)                     a handle\n"
     "pool:close(), pool:join([s])            no more work; wait for the "
     "end\n"
     "pool:cancel()                           what is not done is "
     "cancelled\n"},

    {"errors", "errors of plait and of other strands",
     "An error arrives where its strand is awaited, as the same value;\n"
     "h:traceback() tells where it was raised. One that nobody received is\n"
     "printed at the end, and the exit status is 1.\n"
     "\n"
     "plait.kind(err)   nil for errors that are not plait's, else\n"
     "  usage send cancelled timeout closed died abandoned broken_barrier\n"
     "  deadlock\n"
     "err.message, tostring(err), \"E: \" .. err\n"
     "\n"
     "Exit status: 0, 1 error, 2 usage, 70 deadlock, 128+n signal n.\n"},

    {"share", "what threads and processes share, and what they copy",
     "A function travels by copy, with what it captures and its arguments.\n"
     "These objects travel by reference, between tasks, threads and "
     "processes:\n"
     "\n"
     "plait.Channel([capacity])  ch:send(v), ch:recv(), for v in ch do\n"
     "plait.Lock()            local _ <close> = lock:acquire()\n"
     "plait.RLock()           the same, for one strand several times\n"
     "plait.Value(v)          v:get(), v:set(x), v:add(n), v:update(f)\n"
     "plait.Array(type, n)    numbers, \"i8\" to \"f64\": a[i], a:add(i, n)\n"
     "plait.Semaphore(n)      at most n at a time: sem:acquire()\n"
     "plait.Condition([lock]) c:wait(), c:wait_for(f), c:notify()\n"
     "plait.Event()           ev:set(), ev:clear(), ev:wait()\n"
     "plait.Barrier(n)        n strands meet: b:wait()\n"
     "plait.Future()          f:resolve(...), f:reject(err), await(f)\n"
     "plait.Pool([n])         pool:map(f, list), pool:submit(f, ...),\n"
     "                        for v in pool:imap(f, list or iterator) do\n"},

    {"python", "Python's names for all of this",
     "local threading = require \"plait.threading\"\n"
     "local multiprocessing = require \"plait.multiprocessing\"\n"
     "local asyncio = require \"plait.asyncio\"\n"
     "local queue = require \"plait.queue\"\n"
     "local futures = require \"plait.concurrent.futures\"\n"
     "local time = require \"plait.time\"\n"
     "\n"
     "local t = threading.Thread{target = f, args = {1}}\n"
     "t:start()\n"
     "t:join()\n"
     "\n"
     "asyncio.run(main())\n"},

    {"prompt", "the interactive prompt",
     "An expression prints its values, a statement runs; both may take\n"
     "several lines. \"=x\" is short for \"return x\".\n"
     "Ctrl-C drops the line, or interrupts what runs. Ctrl-D leaves.\n"
     "The globals _PROMPT and _PROMPT2 replace \"> \" and \">> \".\n"},

    {"attach", "a prompt inside of a running program",
     "plait --listen PATH script.lua   serves prompts at a Unix socket\n"
     "plait attach PATH                is one of them\n"
     "\n"
     "Entries run in the program, and its globals are theirs. What they print\n"
     "comes to the prompt; what they start ends with it. Ctrl-C cancels an\n"
     "entry, Ctrl-D ends only the prompt.\n"
     "\n"
     "PATH is for its user alone, in a directory to which nobody else writes.\n"
     "Without a terminal the input's lines are entries, and the status says\n"
     "whether the last one went well:\n"
     "\n"
     "  echo 'print(#queue)' | plait attach PATH\n"},

    {"look", "see what a program does",
     "plait.dump([file])   what every strand does, and why it waits\n"
     "plait.strands()      the same as a list of tables: s.key, s.state, "
     "s.wait,\n"
     "                     s.object, s.held_by, s.place, s.traceback, ...\n"
     "plait.tasks()        handles of the live tasks of this state\n"
     "plait.threads()      handles of the live threads of this process\n"
     "plait.processes()    handles of its live child processes\n"
     "\n"
     "From outside:\n"
     "\n"
     "  plait ps             programs that run\n"
     "  plait ps PID         what one of them does\n"
     "  plait ps --json PID  the same as JSON\n"
     "  kill -QUIT PID       the program itself writes it, and goes on;\n"
     "                       Ctrl-\\ in a terminal does that\n"},

    {"files", "files and folders, without holding up others",
     "local fs = plait.fs\n"
     "fs.read(path)  fs.write(path, data, { atomic = true })  fs.append(...)\n"
     "for line in fs.lines(path) do     fs.open(path, \"r+\"):read(\"l\", "
     "\"n\")\n"
     "fs.list(path)                     names, types\n"
     "for path, type in fs.walk(path) do\n"
     "fs.stat  fs.exists  fs.mkdir  fs.remove  fs.rename  fs.copy  "
     "fs.symlink\n"
     "local f <close> = fs.temp_file()  local d <close> = fs.temp_folder()\n"
     "for event in fs.watch(path, { recursive = true }) do\n"
     "\n"
     "Results as in io: nil, message, code. The last argument is a time-out,\n"
     "or a table of options with timeout = seconds.\n"},

    {"environment", "variables that are read",
     "LUA_INIT_5_4, LUA_INIT    code to run first, or @file\n"
     "LUA_PATH_5_4, LUA_PATH    where 'require' looks for Lua modules\n"
     "LUA_CPATH_5_4, LUA_CPATH  where 'require' looks for C modules\n"
     "\n"
     "Option -E ignores them all.\n"},

    {"signals", "Ctrl-C, and signals of the system",
     "Ctrl-C cancels the main script and all it has started: one line says\n"
     "where it was, clean-up runs, and the process dies of the signal.\n"
     "A second Ctrl-C, or 5 s, ends it at once and names who is left.\n"
     "SIGTERM and SIGHUP do the same.\n"
     "\n"
     "plait.signal(\"HUP\", function(name, count) reload() end)\n"
     "plait.signal(\"HUP\", nil)          the default again\n"
     "\n"
     "The function runs as a task when the script waits next.\n"},

    {"test", "run tests",
     "plait test                runs the tests below test, tests and spec\n"
     "plait test a_test.lua:12  the one at a line; folders and files, too\n"
     "  -f text    those with it in \"file > group > name\"\n"
     "  -x         stops at the first failure;  --failed  what failed before\n"
     "  -j 4       four files at once;  --timeout 5  seconds of each test\n"
     "  -r tap     or pretty, dot, quiet, junit=out.xml, json\n"
     "plait test --help         all options\n"
     "plait a_test.lua          runs the tests of a file without all that\n"
     "\n"
     "local test = require \"plait.test\"\n"
     "test(\"adds\", function(t) t.eq(1 + 1, 2) end)\n"
     "\n"
     "docs/testing.md tells of all of it.\n"},

    {"status", "exit statuses",
     "0      all went well\n"
     "1      an error that nobody received\n"
     "2      the command line made no sense\n"
     "70     deadlock: nothing could run any more\n"
     "128+n  ended by signal n\n"
     "\n"
     "os.exit(n) chooses another.\n"},

    {NULL, NULL, NULL},
};
