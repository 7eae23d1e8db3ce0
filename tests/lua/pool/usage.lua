-- What makes no sense is refused.
for _, bad in ipairs{ 0, -1, 1.5, "2", { threads = 0 }, { processes = "x" }, { threads = 1, init = 5 }, { threads = 1, recycle = 0 } } do
    local ok, err = pcall(plait.Pool, bad)
    assert(not ok and plait.kind(err) == "usage", err)
end
local pool <close> = plait.Pool(1)
print(plait.kind(select(2, pcall(pool.map, pool, 5, { 1 })))) --> usage
print(plait.kind(select(2, pcall(pool.map, pool, print, 5)))) --> usage
print(plait.kind(select(2, pcall(pool.starmap, pool, print, { 1 })))) --> usage
print(plait.kind(select(2, pcall(pool.submit, pool, nil)))) --> usage
