-- A module that requires itself ends in an error, also when it waits.
package.preload.me = function() return require("me") end
local ok, err = pcall(require, "me")
print(ok, (err:match("C stack overflow"))) --> false	C stack overflow
package.preload.me2 = function() plait.yield() return require("me2") end
ok, err = pcall(await, async(require, "me2"))
print(ok, (err:match("stack overflow %(module 'me2' requires itself%)")))
--> false	stack overflow (module 'me2' requires itself)
package.preload.me3 = function()
    package.loaded.me3 = "begun"
    plait.yield()
    return {require("me3")}
end
print(await(async(require, "me3"))[1]) --> begun
