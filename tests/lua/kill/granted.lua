-- A process is killed at the moment it gets what it waits for.
require("kill").run("granted") --> all went on
