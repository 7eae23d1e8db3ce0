#!/bin/sh
# Ctrl-C, whatever a strand of any kind, or the main script, is at: one line says
# so, what it has is closed, and the process dies of the signal. Prints those for
# which it is not so.
. "$(dirname "$0")/support/cli.sh"
. "$source_dir/tests/cli/support/signals.sh"
export LUA_PATH="$source_dir/tests/lua/support/?.lua;;"

# The standard input does not come.
mkfifo silent && exec 5<>silent || exit 2
input=silent

# cell KIND STATE
cell() {
  send INT "require('states').main('$1', '$2')"
  [ "$status" = 130 ] || fail "$2, $1: status $status"
  [ "$(wc -l <err)" = 1 ] && grep -q ': interrupted at ' err ||
    fail "$2, $1: errors: $(cat err)"
  [ "$(tail -1 rest)" = "closed victim" ] || fail "$2, $1: closed: $(cat rest)"
}

count=0
for state in $("$plait" -e "print(table.concat(require('states').names, ' '))"); do
  for kind in main task thread process; do
    cell "$kind" "$state"
    count=$((count + 1))
  done
done
[ "$count" = 44 ] || fail "$count cells"
finish
