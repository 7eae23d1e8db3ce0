-- plait.multiprocessing.pool: `from multiprocessing.pool import ThreadPool`.

return require("plait.multiprocessing").pool
