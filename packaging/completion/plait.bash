# bash completion for plait. The program is asked for its options, commands and
# topics, so they are those of the program that will be run.

# The lines of help below the one that begins with $1.
_plait_section() {
  awk -v head="$1" 'index($0, head) == 1 { inside = 1; next }
    /^[^ ]/ { inside = 0 } inside'
}

# Options, one a line: the name, the word it takes, the values that its text has
# in quotes, with tabs between them. $1 is the program, $2 a command, whose
# options stand in its usage and, if that says [options], in its own help.
_plait_options() {
  local usage take='
    function show(  word, values) {
      while (match(text, /\047[a-z]+\047/)) {
        word = substr(text, RSTART + 1, RLENGTH - 2)
        text = substr(text, RSTART + RLENGTH)
        if (index(argument, word) == 0) values = values word " "
      }
      for (i = 1; i <= count; i++)
        print names[i] "\t" argument "\t" values
      count = 0
    }
    /^ +-/ && match($0, /-/) < 9 {
      show()
      sub(/^ +/, "")
      argument = $0
      sub(/  .*/, "", argument)
      text = substr($0, length(argument) + 1)
      sub(/^ +/, "", text)
      while (argument ~ /^-/) {
        names[++count] = argument
        sub(/[] ,=[].*/, "", names[count])
        if (!sub(/^[^ ]+ /, "", argument)) argument = ""
      }
      next
    }
    /^          / { sub(/^ +/, ""); text = text " " $0 }
    END { show() }'
  if [[ -z $2 ]]; then
    "$1" --help | _plait_section 'Available options' | awk "$take"
    return
  fi
  usage=$("$1" --help | grep -E "^(usage:)? +[^ ]*plait $2( |\$)")
  grep -oE -- '\[-[-a-z]+\]' <<<"$usage" | tr -d '[]'
  [[ ${usage,,} == *'[option'* ]] && "$1" "$2" --help | awk "$take"
}

_plait_files() {
  compopt -o filenames 2>/dev/null # fails outside of a completion
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_plait_list() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# What option $2 takes, by its line in the list $1; fails if that is nothing.
# $3 is the word to complete.
_plait_argument() {
  local tab=$'\t' line name argument values
  line=$(grep -m 1 -- "^$2$tab[^$tab]" <<<"$1") || return
  IFS=$tab read -r name argument values <<<"$line"
  if [[ $values ]]; then
    _plait_list "$values" "$3"
  elif [[ ${argument,,} == *@(file|path|dir)* ]]; then
    _plait_files "$3"
  fi
}

_plait() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]}
  local options commands command='' script='' i
  COMPREPLY=()
  program=${program/#\~\//$HOME/} # as the shell will read it
  type -P -- "$program" >/dev/null || return

  {
    commands=$("$program" --help | _plait_section 'Available commands' |
      awk '{ print $1 }')
    if ((COMP_CWORD > 1)) && grep -qxF -- "${COMP_WORDS[1]}" <<<"$commands"; then
      command=${COMP_WORDS[1]}
    fi
    options=$(_plait_options "$program" "$command")
    for ((i = 1; i < COMP_CWORD && ${#command} == 0; i++)); do
      if [[ ${COMP_WORDS[i]} != -?* || ${COMP_WORDS[i]} == -- ]]; then
        script=1
        break
      fi
      grep -q -- "^${COMP_WORDS[i]}"$'\t[^\t]' <<<"$options" && ((i++))
    done

    if [[ $script ]]; then
      _plait_files "$word" # its arguments may be anything
    elif ((COMP_CWORD > 1)) &&
      _plait_argument "$options" "${COMP_WORDS[COMP_CWORD - 1]}" "$word"; then
      :
    elif [[ $word == -* ]]; then
      _plait_list "$(awk '{ print $1 }' <<<"$options" | sort -u)" "$word"
    elif [[ $command == help ]]; then
      ((COMP_CWORD == 2)) && _plait_list "$("$program" help |
        _plait_section 'Topics' | awk '{ print $1 }')" "$word"
    elif [[ $command == ps ]]; then
      _plait_list "$("$program" ps | awk '{ print $1 }')" "$word"
    else
      _plait_files "$word"
      ((COMP_CWORD == 1)) && mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY \
        < <(compgen -W "$commands" -- "$word")
    fi
  } 2>/dev/null </dev/null
}

complete -F _plait plait
