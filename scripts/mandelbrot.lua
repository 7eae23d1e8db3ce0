-- Draws the Mandelbrot set with a thread for each processor: plait mandelbrot.lua [WIDTH [HEIGHT [FILE]]]
-- The picture is an Array of bytes that all threads write to; its rows are handed out by a counter, so a thread that got
-- easy ones takes more. The file is a PPM, which most viewers show.

local width = tonumber(arg[1]) or 120
local height = tonumber(arg[2]) or 80
local path = arg[3] or "mandelbrot.ppm"

local LIMIT = 120 -- steps after which a point is taken to be inside

local pixels = plait.Array("u8", width * height * 3)
local next_row = plait.Value(0)

-- How many steps the point takes to leave the circle of radius 2.
local function escape(cx, cy)
    local x, y = 0.0, 0.0
    for step = 1, LIMIT do
        x, y = x * x - y * y + cx, 2 * x * y + cy
        if x * x + y * y > 4 then return step end
    end
    return nil
end

local function color(step)
    if not step then return 0, 0, 0 end
    local t = math.sqrt(step / LIMIT)
    local s = 1 - t
    local red, green, blue = 9 * s * t * t * t, 15 * s * s * t * t, 8.5 * s * s * s * t
    return math.floor(red * 255), math.floor(green * 255), math.floor(blue * 255)
end

local function draw()
    local rows = 0
    while true do
        local row = next_row:add(1)
        if row > height then return rows end
        local at = (row - 1) * width * 3
        for column = 1, width do
            local r, g, b = color(escape(column / width * 3.6 - 2.5, row / height * 2.4 - 1.2))
            pixels[at + 1], pixels[at + 2], pixels[at + 3] = r, g, b
            at = at + 3
        end
        rows = rows + 1
    end
end

local threads = {}
for i = 1, plait.cpu_count() do threads[i] = spawn_thread(draw) end
local rows = 0
for _, count in ipairs(gather(threads)) do rows = rows + count end

local file <close> = assert(io.open(path, "wb"))
assert(file:write(("P6\n%d %d\n255\n"):format(width, height), pixels:bytes()))

local sum = 0
for i = 1, #pixels do sum = (sum * 31 + pixels[i]) % 0x7fffffff end
print(("%s: %d x %d, %d rows, checksum %08x"):format(path, width, height, rows, sum))
