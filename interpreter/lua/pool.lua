-- pool.lua - plait.Pool: makes a pool; see pool_class.lua.

return require("plait.pool_class").new
