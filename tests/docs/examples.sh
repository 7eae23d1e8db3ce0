#!/bin/sh
# The examples of README.md, docs/manual.md and docs/concurrency.md do what they
# say.
#
# ```lua        runs as app.lua in a directory of its own. With `--> text`
#               comments they are all of its output, by the rules of
#               tests/golden_test.lua; without, its exit status is 0.
# ```lua-error  ends with another status than 0, and its standard error
#               contains the ```text block that follows.
#
# What shows times (it has plait.now, or sleeps) holds as long as strands run when
# their time has come, as the manual says; so it has ten more tries on a busy
# machine, which other tests do not keep busy.
#
# alone: yes
#
# What README.md shows of scripts/ is what stands there.
# Environment: PLAIT, the program; SOURCE_DIR.
set -u

SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
case $PLAIT in
/*) ;;
*) PLAIT=$PWD/$PLAIT ;;
esac
export LC_ALL=C
export PLAIT_TEST_SECONDS=30 # of one example; they take less than one
unset LUA_INIT LUA_INIT_5_4 LUA_PATH LUA_PATH_5_4 LUA_CPATH LUA_CPATH_5_4

dir=$(mktemp -d "${TMPDIR:-/tmp}/plait-docs.XXXXXX") || exit 1
trap 'cd / && rm -rf "$dir"' EXIT
trap 'exit 2' HUP INT TERM

# extract NAME FILE: every block becomes DIR/NAME.LINE.KIND/app.lua, with
# `text` beside it if it is to fail. Prints what is wrong with the blocks.
extract() {
  awk -v prefix="$dir/$1." -v file="$2" '
    function complain(why) { print file ":" NR ": " why }
    /^```/ && in_block {
      if (out != "") close(out)
      in_block = 0
      next
    }
    /^```/ {
      kind = substr($0, 4)
      in_block = 1
      out = ""
      if (kind == "lua" || kind == "lua-error") {
        if (wants_text) complain("no text after the block that fails")
        block = prefix NR "." kind
        system("mkdir -p " block)
        out = block "/app.lua"
        wants_text = kind == "lua-error"
      } else if (kind == "text" && wants_text) {
        out = block "/text"
        wants_text = 0
      }
      if (out != "") printf "" >out
      next
    }
    in_block && out != "" { print >out }
    END {
      if (in_block) complain("a block does not end")
      if (wants_text) complain("no text after the block that fails")
    }' "$2"
}

# run BLOCK TRIES: leaves BLOCK/complaint, which is empty if all is well.
run() {
  cd "$1" || return
  tries=$2
  while [ "$tries" -gt 0 ]; do
    tries=$((tries - 1))
    try "$1"
    [ -s complaint ] || return
  done
}

try() {
  case $1 in
  *.lua-error)
    timeout -k 5 30 "$PLAIT" app.lua >stdout 2>stderr </dev/null
    status=$?
    found=$(cat stderr)
    case $found in
    *"$(cat text)"*) ;;
    *) echo "not in its standard error: $(cat text)" ;;
    esac
    if [ $status = 0 ]; then echo "its exit status is 0"; fi
    if [ $status = 124 ]; then echo "it did not end"; fi
    ;;
  *)
    if grep -q -e '-->' app.lua; then
      "$PLAIT" test -r quiet "$SOURCE_DIR/tests/golden_test.lua" -- app.lua \
        >report && return
      cat report
    else
      timeout -k 5 30 "$PLAIT" app.lua >stdout 2>stderr </dev/null && return
      echo "its exit status is $?"
    fi
    ;;
  esac >complaint 2>&1
  [ ! -s complaint ] || [ ! -f stderr ] || cat stderr >>complaint
}

{
  extract README "$SOURCE_DIR/README.md"
  extract manual "$SOURCE_DIR/docs/manual.md"
  extract concurrency "$SOURCE_DIR/docs/concurrency.md"
  extract testing "$SOURCE_DIR/docs/testing.md"
} >"$dir/wrong"

# A few more at a time than processors: most of them wait.
running=0
count=0
for block in "$dir"/*.lua "$dir"/*.lua-error; do
  [ -d "$block" ] || continue
  count=$((count + 1))
  run "$block" 1 &
  running=$((running + 1))
  if [ $running -ge 8 ]; then
    wait
    running=0
  fi
done
wait

# What shows times is tried again, alone.
for block in "$dir"/*.lua "$dir"/*.lua-error; do
  [ -s "$block/complaint" ] || continue
  if grep -q -e 'plait\.now' -e 'sleep(0' "$block/app.lua"; then
    (run "$block" 10)
  fi
done

failed=0
if [ -s "$dir/wrong" ]; then
  cat "$dir/wrong"
  failed=1
fi
if [ $count -lt 20 ]; then
  echo "only $count examples were found"
  failed=1
fi
for block in "$dir"/*.lua "$dir"/*.lua-error; do
  [ -s "$block/complaint" ] || continue
  name=${block##*/}
  line=${name#*.}
  echo "== ${name%%.*}.md:${line%%.*}"
  cat "$block/complaint"
  failed=1
done

shown=
for block in "$dir"/README.*.lua; do
  if cmp -s "$block/app.lua" "$SOURCE_DIR/scripts/hello.lua"; then shown=yes; fi
done
if [ -z "$shown" ]; then
  echo "README.md does not show scripts/hello.lua as it is"
  failed=1
fi
exit $failed
