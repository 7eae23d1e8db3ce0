#!/bin/sh
# `cmake --install` puts what it should where it should, and nothing else.
. "$(dirname "$0")/support/package.sh"

list() {
  (cd "$1" && find . ! -type d | sed 's/^\.\///' | LC_ALL=C sort)
}

DESTDIR=$folder/target cmake --install "$BUILD_DIR" --prefix /opt/plait \
  >"$folder/log" 2>&1 || fail "cmake --install: $(cat "$folder/log")"
[ "$(ls "$folder/target")" = opt ] || fail "beside the prefix: $(ls "$folder/target")"
tree=$folder/target/opt/plait

{
  cat <<END
bin/plait
$libdir/cmake/plait/plaitConfig.cmake
$libdir/cmake/plait/plaitConfigVersion.cmake
$libdir/libplait.a
$libdir/libplait.so
$libdir/libplait.so.0
$libdir/libplait.so.$version
$libdir/pkgconfig/plait.pc
lib/lua/5.4/plait.so
share/bash-completion/completions/plait
share/doc/plait/CHANGELOG.md
share/doc/plait/LICENSE
share/man/man3/plait.3.gz
share/plait/luacats/config.json
share/zsh/site-functions/_plait
END
  [ ! -f "$SOURCE_DIR/interpreter/include/plait.h" ] || echo include/plait.h
  if [ -z "$sanitize" ]; then
    echo share/man/man1/plait.1.gz
    echo share/plait/luacheck/plait.lua
  fi
  cd "$SOURCE_DIR" || exit
  for file in docs/*.md; do echo "share/doc/plait/${file#docs/}"; done
  for file in packaging/luacats/library/*.lua; do
    echo "share/plait/${file#packaging/}"
  done
  find scripts ! -type d | sed 's/^scripts/share\/doc\/plait\/examples/'
} | LC_ALL=C sort >"$folder/expected"
list "$tree" >"$folder/got"
diff "$folder/expected" "$folder/got" || fail "the list of files (< expected)"

# Links lead to what is there, below any prefix.
for link in lib/lua/5.4/plait.so "$libdir/libplait.so" "$libdir/libplait.so.0"; do
  [ -f "$tree/$link" ] || fail "$link leads nowhere: $(readlink "$tree/$link")"
done

# Nothing but what debuggers read names the folder that it was built in, and
# all can be read.
[ "$(cached CMAKE_BUILD_TYPE)" = Release ] && binaries="bin $libdir"
for part in ${binaries:-} "$libdir/cmake" "$libdir/pkgconfig" share; do
  grep -rlF "$BUILD_DIR" "$tree/$part" && fail "^ names the build's folder"
done
find "$tree" -type f ! -perm -444 | grep . && fail "^ is not readable by all"

# The program is not the build's.
[ "$("$tree/bin/plait" --version | cut -d' ' -f2)" = "$version" ] ||
  fail "plait --version: $("$tree/bin/plait" --version 2>&1)"
[ "$("$tree/bin/plait" -e 'print(await(spawn_process(function() return 7 end)))')" = 7 ] ||
  fail "a process of the installed program"

# Its examples run where they are.
[ "$("$tree/bin/plait" "$tree/share/doc/plait/examples/hello.lua")" = \
  "$("$PLAIT" "$SOURCE_DIR/scripts/hello.lua")" ] || fail "examples/hello.lua"
