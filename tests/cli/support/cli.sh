# cli.sh - what the tests of the command line share. Read by them with "."
#
# Afterwards the test is in an empty directory, $plait is absolute, $lua is the
# stock interpreter or empty, and no variable of Lua is set. A test counts what went wrong and ends with `finish`.
# shellcheck shell=sh
set -u
export LC_ALL=C
unset LUA_INIT LUA_INIT_5_4 LUA_PATH LUA_PATH_5_4 LUA_CPATH LUA_CPATH_5_4

source_dir=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
plait=${PLAIT:-$source_dir/build/release/plait}
case $plait in /*) ;; *) plait=$PWD/$plait ;; esac
[ -x "$plait" ] || { echo "no such program: $plait" >&2; exit 2; }
lua=$(command -v lua5.4) || lua=

work_dir=$(mktemp -d "${TMPDIR:-/tmp}/plait-cli.XXXXXX") || exit 2
trap 'cd / && rm -rf "$work_dir"' EXIT
trap 'exit 2' HUP INT TERM
mkdir "$work_dir/cwd" "$work_dir/bin" "$work_dir/bin/plait" "$work_dir/bin/lua"
cd "$work_dir/cwd" || exit 2
failures=0

# Both programs under one name, so that their messages can be compared.
ln -s "$plait" "$work_dir/bin/plait/lua"
[ -z "$lua" ] || ln -s "$lua" "$work_dir/bin/lua/lua"

fail() {
  printf 'FAILED: %s\n' "$1"
  failures=$((failures + 1))
}

skip() {
  printf 'skipped: %s\n' "$1"
  exit 77
}

finish() {
  [ "$failures" -eq 0 ] || exit 1
  exit 0
}

# run COMMAND: runs a line of shell, in which `lua` is plait, and leaves its
# output in $out and $err and its exit status in $status.
run() {
  run_as plait "$1"
}

# run_as plait|lua COMMAND
run_as() {
  status=0
  PATH="$work_dir/bin/$1:$PATH" sh -c "$2" \
    >"$work_dir/out" 2>"$work_dir/err" </dev/null || status=$?
  out=$(cat "$work_dir/out")
  err=$(cat "$work_dir/err")
}

show() {
  printf '  status: %s\n' "$status"
  sed 's/^/  out: /' "$work_dir/out"
  sed 's/^/  err: /' "$work_dir/err"
}

# gives COMMAND STATUS OUT [ERR]: runs it and compares. ERR is the first line
# of the standard error, which is empty unless said.
gives() {
  run "$1"
  first=$(sed -n 1p "$work_dir/err")
  if [ "$status" != "$2" ] || [ "$out" != "$3" ] || [ "$first" != "${4-}" ]
  then
    fail "$1"
    printf '  wanted status: %s\n  wanted out: %s\n  wanted err: %s\n' \
      "$2" "$3" "${4-}"
    show
  fi
}

# same COMMAND: plait and lua give the same output, the same first line of
# errors and the same exit status.
same() {
  run_as lua "$1"
  lua_out=$out
  lua_first=$(sed -n 1p "$work_dir/err")
  gives "$1" "$status" "$lua_out" "$lua_first"
}

# same_errors COMMAND: like same, and all lines of the errors are the same.
same_errors() {
  same "$1"
  plait_err=$err
  run_as lua "$1"
  [ "$plait_err" = "$err" ] && return
  fail "$1 (all errors)"
  printf '  got:\n%s\n  wanted:\n%s\n' "$plait_err" "$err"
}
