-- Barrier: Conway's game of life, each quarter of the board in a strand of its own. Nobody begins the next generation
-- before all have done theirs: that is what they meet at the barrier for. Two Arrays hold the board, this generation and
-- the next one.

local SIZE, WORKERS, GENERATIONS = 16, 4, 28
local HEIGHT = SIZE // WORKERS -- rows of a worker

local boards = { plait.Array("u8", SIZE * SIZE), plait.Array("u8", SIZE * SIZE) }
local barrier = plait.Barrier(WORKERS)

-- The edges of the board are joined.
local function at(row, column)
    return row % SIZE * SIZE + column % SIZE + 1
end

local function neighbours(board, row, column)
    local sum = -board[at(row, column)]
    for r = row - 1, row + 1 do
        for c = column - 1, column + 1 do sum = sum + board[at(r, c)] end
    end
    return sum
end

local function work(worker)
    for generation = 1, GENERATIONS do
        local old, new = boards[(generation + 1) % 2 + 1], boards[generation % 2 + 1]
        for row = (worker - 1) * HEIGHT, worker * HEIGHT - 1 do
            for column = 0, SIZE - 1 do
                local count = neighbours(old, row, column)
                local lives = count == 3 or count == 2 and old[at(row, column)] == 1
                new[at(row, column)] = lives and 1 or 0
            end
        end
        barrier:wait()
    end
end

local function show(board)
    for row = 0, SIZE - 1 do
        local cells = board:bytes(row * SIZE + 1, (row + 1) * SIZE)
        print((cells:gsub(".", { ["\0"] = " .", ["\1"] = " #" })))
    end
end

-- A glider, which comes back as itself in four generations, one row and one column further.
for _, cell in ipairs{ { 0, 1 }, { 1, 2 }, { 2, 0 }, { 2, 1 }, { 2, 2 } } do boards[1][at(cell[1], cell[2])] = 1 end

gather(spawn_thread(work, 1), spawn_thread(work, 2), spawn_thread(work, 3), spawn_process(work, 4))
show(boards[GENERATIONS % 2 + 1])
