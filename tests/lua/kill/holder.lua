-- What a killed process holds is free for others, or abandoned.
require("kill").run("holder") --> all went on
