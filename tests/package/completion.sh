#!/bin/sh
# Completion offers what the program has: bash and, if it is there, zsh.
. "$(dirname "$0")/support/package.sh"
completion=$SOURCE_DIR/packaging/completion

# A folder with two files, and plait in PATH.
mkdir "$folder/bin" "$folder/work" || exit 1
ln -s "$PLAIT" "$folder/bin/plait"
PATH=$folder/bin:$PATH
export PATH
cd "$folder/work" || exit 1
: >script.lua
: >'with blank.lua'

# What --help lists: names of options, of commands, of topics.
plait --help >"$folder/help" || fail "plait --help"
options=$(sed -n '/^Available options/,/^Available commands/p' "$folder/help" |
  sed -nE 's/^  (-[^ ]*).*/\1/p' | LC_ALL=C sort -u)
commands=$(sed '1,/^Available commands/d' "$folder/help" |
  awk '{ print $1 }' | LC_ALL=C sort)
topics=$(plait help | sed '1,/^Topics/d' | awk '{ print $1 }' | LC_ALL=C sort)
for word in $options $commands $topics; do echo "$word"; done >"$folder/words"
[ "$(wc -l <"$folder/words")" -gt 20 ] || fail "help tells: $(cat "$folder/words")"

# Options that the program knows are in its help.
grep -oE '"--[a-z-]+=?"' "$SOURCE_DIR/interpreter/app/options.c" |
  tr -d '"=' | LC_ALL=C sort -u >"$folder/known"
[ -s "$folder/known" ] || fail "options.c names no options"
while read -r option; do
  echo "$options" | grep -qxF -e "$option" || fail "--help has no $option"
done <"$folder/known"

# complete LINE - the words that the shell at hand offers for it, one a line.
complete_in_bash() {
  bash --norc -c '
    shopt -u direxpand
    . "$1"
    line=$2
    read -ra COMP_WORDS <<<"$line"
    [[ $line == *" " ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMP_LINE=$line COMP_POINT=${#line}
    spec=$(complete -p plait) || exit
    set -- $spec
    "${@: -2:1}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$completion/plait.bash" "$1"
}
# zsh takes a second to begin, so it has answered all lines before.
complete_in_zsh() {
  grep -F -- "$1 => " "$folder/answers" | head -n 1 |
    sed 's/^.* => //; s/with blank/with_blank/; s/ /\n/g; s/with_blank/with blank/'
}

# offers LINE WORD... - exactly these, in any order.
offers() {
  line=$1
  shift
  if [ "$shell" = nobody ]; then
    printf '%s\n' "$line" >>"$folder/lines"
    return
  fi
  for word; do printf '%s\n' "$word"; done | LC_ALL=C sort -u >"$folder/want"
  "complete_in_$shell" "$line" | sed '/^$/d; s/ *$//' | LC_ALL=C sort -u \
    >"$folder/got"
  diff "$folder/want" "$folder/got" ||
    fail "$shell completes '$line' to these (>), not to those (<)"
}

check() {
  shell=$1
  # shellcheck disable=SC2086 # words
  {
    offers 'plait -' $options
    offers 'plait --s' $(echo "$options" | grep '^--s')
    offers 'plait --preempt --p' $(echo "$options" | grep '^--p')
    offers 'plait help ' $topics
    offers 'plait help st' $(echo "$topics" | grep '^st')
  }
  offers 'plait re' repl
  offers 'plait ps --' --json
  offers 'plait --stall o' off
  offers 'plait --clock ' virtual real
  offers 'plait --listen s' script.lua
  offers 'plait attach s' script.lua
  offers 'plait --seed ' # a number, which nobody can tell
  offers 'plait -e x s' script.lua
  offers 'plait script.lua re' # arguments of the script are no commands
  offers 'plait script.lua --'
  offers 'plait repl -'
  offers 'plait -- s' script.lua
}

if command -v bash >/dev/null; then
  # shellcheck disable=SC2086 # words
  shell=bash && offers 'plait ' script.lua 'with blank.lua' $commands
  check bash
  # A program that is waited for is offered by its number.
  plait -e 'print("up") sleep(60)' >"$folder/up" &
  pid=$!
  until grep -q up "$folder/up"; do
    kill -0 $pid || fail "it has ended"
    plait -e 'sleep(0.02)'
  done
  complete_in_bash 'plait ps ' | grep -qx $pid || pid_fails=1
  kill $pid
  [ -z "${pid_fails:-}" ] || fail "plait ps does not offer $pid"
fi
if command -v zsh >/dev/null; then
  check nobody
  while IFS= read -r line; do set -- "$@" "$line"; done <"$folder/lines"
  zsh -f "$SOURCE_DIR/tests/package/support/complete.zsh" "$completion" "$@" \
    >"$folder/answers" || fail "zsh: $(cat "$folder/answers")"
  check zsh
fi
exit 0
