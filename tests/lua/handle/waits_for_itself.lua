-- gather and the like of a strand's own handle are an error of kind "deadlock", in tasks, threads and processes.
local function try()
    local own = plait.current()
    local function kind(...) return plait.kind(select(2, pcall(...))) end
    return kind(gather, own), kind(plait.race, { own }), kind(plait.wait, { own }), kind(plait.as_completed, { own })
end
print(await(async(try))) --> deadlock	deadlock	deadlock	deadlock
print(await(spawn_thread(try))) --> deadlock	deadlock	deadlock	deadlock
print(await(spawn_process(try))) --> deadlock	deadlock	deadlock	deadlock
