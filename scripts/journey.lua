-- Books a journey: a train, a hotel and a table, all or nothing, and in time.
-- scope: one failure cancels the other bookings, which are undone. timeout, deadline, shield: what bounds them.

-- Somebody who needs `seconds` for an answer; nil: never has a room.
local function ask(what, seconds)
    sleep(seconds or 0.02)
    if not seconds then error(what .. " is full", 0) end
    return what
end

-- A booking that is closed without being kept is undone. That must not be cut short, so it is shielded.
local Booking = {}
function Booking:__close()
    if self.is_kept then return end
    plait.shield(function()
        sleep(0.005)
        print("  undone: " .. self.what)
    end)
end

local function book(journey, what, seconds)
    local booking <close> = setmetatable({ what = ask(what, seconds) }, Booking)
    print("  booked: " .. what)
    journey.all:wait() -- for the others
    booking.is_kept = true
    return what
end

-- Some people are slow. We ask the next one then.
local function find_table(journey)
    for _, place in ipairs{ { "the Blue Lion", 60 }, { "the Old Mill", 0.01 } } do
        local ok, found = plait.timeout(0.05, ask, table.unpack(place))
        if ok then return book(journey, found, 0) end
        print("  " .. place[1] .. " does not answer")
    end
end

local function travel(hotel_seconds)
    local journey = { all = plait.Barrier(3) }
    local deadline <close> = plait.deadline(0.2) -- the train leaves
    return plait.scope(function(s)
        local list = gather(
            s:async(book, journey, "the train", 0.01),
            s:async(book, journey, "the hotel", hotel_seconds),
            s:async(find_table, journey))
        return table.concat(list, ", ")
    end)
end

for _, attempt in ipairs{
    { "An easy one", 0.03 },
    { "The hotel is full" },
    { "The hotel thinks it over", 60 },
} do
    print(attempt[1] .. ":")
    local ok, result = pcall(travel, attempt[2])
    if plait.kind(result) == "timeout" then result = "the train has left" end
    print(ok and "  we go, with " .. result or "  we stay: " .. result)
end
