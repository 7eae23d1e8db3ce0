-- A pool that is closed or cancelled before its workers have begun can be joined.
for i = 1, 6 do
    local pool = plait.Pool(2)
    if i % 2 == 0 then pool:close() else pool:cancel() end
    pool:join()
end
print("joined") --> joined
