#!/bin/sh
# The test of Lua files (tests/golden_test.lua) fails for one that does not do what it says.
. "$(dirname "$0")/support/cli.sh"

# golden STATUS RESULT TEXT: a file with that text has the result.
golden() {
  printf '%s\n' "$3" >file.lua
  run "lua test -r quiet '$source_dir/tests/golden_test.lua' -- file.lua"
  [ "$status" = "$1" ] && [ "$(tail -n 1 "$work_dir/out")" = "$2" ] || {
    fail "not '$2': $3"
    show
  }
}
passes="1 passed, 0 failed"
fails="0 passed, 1 failed"
golden 0 "$passes" 'print("a") --> a'
golden 1 "$fails" 'print("b") --> a'
golden 1 "$fails" 'print("a")'
golden 1 "$fails" '--> a'
golden 0 "$passes" 'print(1) print(2)
--> 1
--> 2'
golden 1 "$fails" 'print(2) print(1)
--> 1
--> 2'
golden 0 "$passes" 'print(2) print(1)
--> 1
--> 2
--! order: free'
golden 1 "$fails" 'os.exit(3)'
golden 0 "$passes" 'os.exit(3)
--! status: 3'
golden 1 "$fails" '--! status: 3'
golden 1 "$fails" 'io.stderr:write("text")'
golden 0 "$passes" 'io.stderr:write("text")
--! stderr: ex'
golden 1 "$fails" 'io.stderr:write("text")
--! stderr: other'
golden 1 "$fails" '--! stderr: text'
golden 0 "$passes" 'print(..., io.read())
--! args: one
--! stdin: two
--> one	two'
golden 0 "$passes" 'print(pcall(os.getenv, "HOME"))
--! options: --deny env
--> false	file.lua:1: denied: env: os.getenv('"'HOME'"')'
golden 1 "$fails" '--! colour: red'
golden 0 "0 passed, 0 failed, 1 skipped" '--! needs: no_such_module'
golden 0 "0 passed, 0 failed, 1 skipped" 'os.exit(77)'
golden 1 "$fails" 'os.execute("kill -9 $PPID")'
finish
