# complete.zsh FOLDER LINE... - what zsh completes each LINE to, with the
# functions of FOLDER: "LINE => word word ...", as in a terminal.
zmodload zsh/zpty || exit 77
folder=$1
shift
temporary=$(mktemp -d) || exit 1
trap 'rm -rf $temporary' EXIT

zpty shell "ZDOTDIR=$temporary zsh -f -i"
tell() { zpty -w shell "$1"; }

# hear MARK - reads until a line with the mark; all before it is in $heard.
hear() {
  local piece
  heard=
  while zpty -r shell piece; do
    heard+=$piece
    [[ $piece == *$1* ]] && return
  done
  print -u 2 "zsh has ended: $heard"
  exit 1
}

tell "PS1= PS2= RPS1=; stty -echo; setopt no_beep; unsetopt zle_bracketed_paste"
tell "fpath=(${(q)folder} \$fpath); autoload -Uz compinit; compinit -u -d $temporary/dump"
# Each word that is offered is printed in place of being shown.
tell 'compadd() {
  local -a __words
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
  builtin compadd -O __words "$@"
  (( $#__words )) && print -rl -- "<offer>"$^__words
}
zle -C complete-and-tell complete-word complete-and-tell-completer
complete-and-tell-completer() {
  _main_complete
  print "<end>"
  compstate[insert]= compstate[list]=
}
bindkey "^I" complete-and-tell; print "<ready""><end>"'
hear '<ready><end>'
for line; do
  zpty -w -n shell "$line"$'\t'
  hear '<end>'
  words=(${(M)${(f)${heard//$'\r'/}}:#*<offer>*})
  print -r -- "$line => ${words[@]#*<offer>}"
  zpty -w -n shell $'\C-u'
done
zpty -d shell
