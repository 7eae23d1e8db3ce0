-- Modules that come with plait are found by one searcher, after preload.
local threading, where = require("plait.threading")
print(type(threading), where, require("plait.threading") == threading) --> table	:plait:	true
print(debug.getinfo(require("plait.asyncio").run, "S").source) --> =plait.asyncio
package.loaded["plait.threading"] = nil
package.preload["plait.threading"] = function() return "mine" end
print(require("plait.threading")) --> mine	:preload:
print(pcall(require, "plait.absent") == false, #package.searchers) --> true	5
print(await(spawn_thread(function() return type(require("plait.threading")) end))) --> table
