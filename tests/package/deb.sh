#!/bin/sh
# The three Debian packages: what they depend on, and that what is in them
# runs, and compiles a host, from a folder into which they are unpacked.
. "$(dirname "$0")/support/package.sh"

for tool in cpack dpkg-deb dpkg-shlibdeps gzip; do
  command -v $tool >/dev/null || skip "there is no $tool"
done
[ -z "$sanitize" ] || skip "packages have no sanitizers"
[ "$PLAIT_PRESET" != coverage ] || skip "packages count nothing"
case $libdir in
lib/*-linux-gnu*) ;;
*) skip "the libraries' folder is not Debian's: $libdir" ;;
esac

try cpack --config "$BUILD_DIR/CPackConfig.cmake" -B "$folder/packages"
tree=$folder/tree
mkdir "$tree"
for name in plait libplait0 libplait-dev; do
  file=$(echo "$folder/packages/${name}_$version"-*.deb)
  [ -f "$file" ] || fail "there is no package $name: $(ls "$folder/packages")"
  dpkg-deb -x "$file" "$tree" || fail "dpkg-deb -x $file"
  dpkg-deb -f "$file" >"$folder/$name"
  for field in Version Architecture Maintainer Section Description Depends; do
    grep -q "^$field: ." "$folder/$name" || fail "$name has no $field"
  done
  dpkg-deb -c "$file" | awk '{ print $2, $6 }' >"$folder/list"
  for document in copyright changelog.Debian.gz; do
    grep -q " ./usr/share/doc/$name/$document$" "$folder/list" ||
      fail "$name has no $document"
  done
  grep -v '^root/root ' "$folder/list" && fail "^ in $name belongs to somebody"
  grep -vE ' \./(usr/.*)?$' "$folder/list" && fail "^ in $name is not below /usr"
done
[ "$(ls "$folder/packages"/*.deb | wc -l)" = 3 ] || fail "not three packages"

# needs PACKAGE FIELD WORD - FIELD of PACKAGE has an entry that begins so.
needs() {
  sed -n "s/^$2: //p" "$folder/$1" | sed 's/, /\n/g; s/ | /\n/g' |
    grep -q "^$3" || fail "$1 has no '$3' in $2: $(grep "^$2:" "$folder/$1")"
}
full=$(sed -n 's/^Version: //p' "$folder/libplait0")
needs plait Depends "libplait0 (= $full)"
needs plait Depends 'libc6 (>='
needs plait Depends 'libuv1'
needs libplait0 Depends 'libc6 (>='
needs libplait0 Depends 'libuv1'
needs libplait0 Depends 'liblua5\.4-0'
needs libplait-dev Depends "libplait0 (= $full)"
needs libplait-dev Depends 'liblua5\.4-dev'
needs libplait-dev Depends 'libuv1-dev'
# What is opened by name no tool finds: each such library's version is in the
# name of its package.
sonames=$(grep -rhoE '"lib[a-z_]+\.so\.[0-9.]+"' "$SOURCE_DIR/runtime" \
  "$SOURCE_DIR/interpreter" --include='*.c' | tr -d '"' | sort -u)
[ "$(echo "$sonames" | wc -l)" -ge 4 ] || fail "libraries by name: $sonames"
for soname in $sonames; do
  case $soname in
  liblua*) continue ;; # of the library, which is linked to it
  esac
  needs plait Recommends "$(echo "$soname" | sed 's/_/-/g; s/\.so\.//')"
done

# The programs in it.
[ "$("$tree/usr/bin/plait" -v 2>&1 | head -n 1)" = "plait $version" ] ||
  fail "plait -v: $("$tree/usr/bin/plait" -v 2>&1)"
[ "$("$tree/usr/bin/plait" "$tree/usr/share/doc/plait/examples/hello.lua")" = \
  "$("$PLAIT" "$SOURCE_DIR/scripts/hello.lua")" ] || fail "examples/hello.lua"
[ -f "$tree/usr/$libdir/lua/5.4/plait.so" ] || fail "the module leads nowhere"
[ -f "$tree/usr/$libdir/libplait.so" ] || fail "libplait.so leads nowhere"

# A host that is compiled against the development package in it.
. "$(dirname "$0")/support/hosts.sh"
PKG_CONFIG_PATH=$tree/usr/$libdir/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # flags
try "$compiler" -o "$folder/host" "$host" $(pkg-config --cflags --libs plait)
run_host "$folder/host"
exit 0
