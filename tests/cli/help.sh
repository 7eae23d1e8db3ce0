#!/bin/sh
# plait help, its topics, and how a subcommand is told from a script.
. "$(dirname "$0")/support/cli.sh"

run "lua help"
[ "$status" = 0 ] || fail "status of help: $status"
[ -z "$err" ] || fail "help is no error: $err"
topics=$(printf '%s\n' "$out" | sed '1,/^Topics/d' | awk '{ print $1 }')
[ -n "$topics" ] || fail "help names topics"

for topic in $topics; do
  run "lua help $topic"
  [ "$status" = 0 ] || fail "status of help $topic: $status"
  [ -n "$out" ] || fail "help $topic says something"
  [ "$(printf '%s\n' "$out" | wc -l)" -lt 24 ] ||
    fail "help $topic fits on a screen"
  printf '%s\n' "$out" | awk 'length > 79 { exit 1 }' ||
    fail "help $topic fits on a line"
done

# Commands that are told of by another name.
run "lua help look" && look=$out
run "lua help ps" && [ "$out" = "$look" ] || fail "help ps"
run "lua help prompt" && prompt=$out
run "lua help repl" && [ "$out" = "$prompt" ] || fail "help repl"

gives "lua help nosuch" 2 "" "lua: no help on 'nosuch'; topics are:"
gives "lua help start wait" 2 "" "lua: usage: lua help [topic]"
gives "lua repl extra" 2 "" "lua: usage: lua repl"

# A word that is a subcommand is no script; a path to such a file is one.
echo 'print("a file called help", ...)' >help
gives "lua ./help a" 0 "a file called help	a"
gives "lua -- help a" 0 "a file called help	a"
gives "lua -e 'x = 1' help a" 0 "a file called help	a"
echo 'print("a file called other")' >other
gives "lua other" 0 "a file called other"

finish
