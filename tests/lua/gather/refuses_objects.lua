-- What shared objects are is said by name, and that select waits for some of them.
for _, object in ipairs{plait.Event(), plait.Semaphore(1), plait.Value(0), plait.Channel()} do
    print((select(2, pcall(gather, object)).message:gsub("^.-:%d+: ", "")))
end
--> gather: argument 1 is an Event, not a task; did you mean plait.select?
--> gather: argument 1 is a Semaphore, not a task; did you mean plait.select?
--> gather: argument 1 is a Value, not a task; did you mean plait.select?
--> gather: argument 1 is a Channel, not a task; did you mean plait.select?
