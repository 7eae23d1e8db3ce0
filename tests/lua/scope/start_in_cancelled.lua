-- Nothing can be started in a scope that was cancelled: the verbs raise the error of its cancellation.
local s <close> = plait.scope()
s:cancel("enough")
for _, verb in ipairs{ "async", "spawn_thread", "spawn_process", "to_thread" } do
    print(pcall(s[verb], s, print, "began"))
end
--> false	cancelled: enough
--> false	cancelled: enough
--> false	cancelled: enough
--> false	cancelled: enough
