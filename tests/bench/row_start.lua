-- How long `plait -e ''` takes, and `lua5.4 -e ''`, taking turns.
--   start      plait
--   start_lua  stock Lua ($LUA, else lua5.4)
-- The timing is done by start.c, found in $BENCH_BIN or $BUILD_DIR.
local bin = os.getenv("BENCH_BIN") or os.getenv("BUILD_DIR")
    or "build/release"
local lua = os.getenv("LUA") or "lua5.4"

local function quote(text)
    return "'" .. text:gsub("'", "'\\''") .. "'"
end

local first = 0
while arg[first - 1] do first = first - 1 end
local command = table.concat({
    quote(bin .. "/bench_start"),
    quote("start=" .. arg[first]),
    quote("start_lua=" .. lua),
}, " ")
os.exit(os.execute(command) == true)
