#!/bin/sh
# plait(1) has every option, command and exit status that the program tells of,
# plait(3) every function of plait.h; both are well-formed.
. "$(dirname "$0")/support/package.sh"

page=$folder/plait.1
"$PLAIT" "$SOURCE_DIR/packaging/tools/man.lua" \
  "$SOURCE_DIR/packaging/man/plait.1.in" "$page" || fail "man.lua"
grep '@[A-Z_a-z]*@' "$page" "$BUILD_DIR/generated/plait.3" && fail "^ is not filled in"

# The text as one reads it, without roff.
plain=$folder/plain
sed -E 's/^\.[A-Z]+ ?//; s/\\(-|&)/\1/g; s/\\-/-/g; s/&//g; s/"//g; s/\\\(aq/'"'"'/g' \
  "$page" >"$plain"

has() { grep -qF -e "$1" "$plain" || fail "plait(1) has no '$1'"; }

"$PLAIT" --help >"$folder/help" || fail "plait --help"
sed -nE 's/^  (-[^ ]*( [^ ]+)?)(  .*)?$/\1/p' "$folder/help" >"$folder/options"
[ "$(wc -l <"$folder/options")" -ge 14 ] || fail "options: $(cat "$folder/options")"
while IFS= read -r option; do
  grep -qxF -e "$(echo "$option" | sed 's/ /  /')" "$plain" ||
    grep -qxF -e "$option" "$plain" || fail "plait(1) has no option '$option'"
done <"$folder/options"
sed '1,/^Available commands/d' "$folder/help" >"$folder/commands"
while read -r command summary; do
  has "plait $command"
  has "$summary"
done <"$folder/commands"
# Commands with options of their own, as --help tells of them.
sed -nE 's/^(usage:)? +.*plait ([a-z]+) \[options.*/\2/p' "$folder/help" >"$folder/own"
while read -r command; do
  "$PLAIT" "$command" --help </dev/null | grep -E '^ {1,8}-' |
    grep -oE -- '(^| )--?[a-z][a-z-]*' | tr -d ' ' | sort -u >"$folder/options"
  [ -s "$folder/options" ] || fail "plait $command --help tells of no options"
  while read -r option; do has "$option"; done <"$folder/options"
done <"$folder/own"
"$PLAIT" help status | sed -n '/^$/q; s/^\([^ ]*\) .*/\1/p' >"$folder/statuses"
while read -r status; do
  has "$(echo "$status" | sed 's/+n/+ n/')"
done <"$folder/statuses"
"$PLAIT" help environment | grep -oE '[A-Z_0-9]{6,}' | while read -r name; do has "$name"; done || exit 1

header=$SOURCE_DIR/interpreter/include/plait.h
if [ -f "$header" ]; then
  grep -oE '\bplait_[a-z_]+\(' "$header" | tr -d '(' | sort -u >"$folder/functions"
  grep -oE '^PLAIT_API .*' "$header" | grep -oE 'plait_[a-z_]+\(' | tr -d '(' |
    while read -r name; do
      grep -q "^\.BR $name\b" "$BUILD_DIR/generated/plait.3" ||
        fail "plait(3) has no $name"
    done || exit 1
fi

if command -v groff >/dev/null; then
  for file in "$page" "$BUILD_DIR/generated/plait.3"; do
    groff -man -Tutf8 -ww -z "$file" 2>"$folder/log"
    [ ! -s "$folder/log" ] || fail "$(cat "$folder/log")"
  done
fi
exit 0
