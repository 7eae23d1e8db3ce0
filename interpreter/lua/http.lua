-- plait.http: requests to web servers, and a server.
--
-- The server is in http_server.lua.

local plait = require "plait"

-- Loads the server at the first http.serve.
local http = setmetatable({}, {
    __index = function(http, name)
        if name ~= "serve" then return nil end
        http.serve = require "plait.http_server"
        return http.serve
    end,
})

plait.http = http
return http
