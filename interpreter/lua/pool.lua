-- pool.lua - plait.Pool: makes a pool; see pool_class.lua.

require "plait.pool_class"

return require("plait.internal").new_pool
