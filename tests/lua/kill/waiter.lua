-- What a killed process waits for is given to others.
require("kill").run("waiter") --> all went on
