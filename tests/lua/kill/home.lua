-- Who waits for an object of a process that is killed is told so.
require("kill").run("home") --> all went on
