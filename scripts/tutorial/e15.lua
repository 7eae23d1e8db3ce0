-- E15: three tasks wait at the same time, inside an async main.

local task = async.fn(function(name)
    print("Task " .. name .. " starting")
    sleep(2)
    print("Task " .. name .. " finished")
end)

local main = async.fn(function()
    gather(task("A"), task("B"), task("C"))
end)

await(main())
