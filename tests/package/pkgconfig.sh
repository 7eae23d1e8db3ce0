#!/bin/sh
# A program is built by pkg-config against an installation that was moved, with
# the shared library and with the archive.
. "$(dirname "$0")/support/package.sh"
. "$(dirname "$0")/support/hosts.sh"

install_tree "$folder/first"
mv "$folder/first" "$folder/moved"
tree=$folder/moved
PKG_CONFIG_PATH=$tree/usr/$libdir/pkgconfig
export PKG_CONFIG_PATH

[ "$(pkg-config --modversion plait)" = "$version" ] || fail "--modversion"
pkg-config --exists --print-errors "plait >= $version" || fail "--exists"
pkg-config --exists "plait > $version" && fail "a later version is there"
case " $(pkg-config --libs plait) " in
*" -luv "*) fail "libuv is nobody's but the archive's: $(pkg-config --libs plait)" ;;
*" -lplait "*) ;;
*) fail "--libs: $(pkg-config --libs plait)" ;;
esac
case " $(pkg-config --static --libs plait) " in
*" -luv "*) ;;
*) fail "--static --libs: $(pkg-config --static --libs plait)" ;;
esac

# shellcheck disable=SC2046,SC2086 # flags
{
  try "$compiler" -Wall -Wextra -Werror $sanitize -o "$folder/shared" "$host" \
    $extra_sources $(pkg-config --cflags --libs plait)
  run_host "$folder/shared"
  ldd "$folder/shared" | grep -q 'libplait\.so\.0' || fail "not the shared library"

  # Where there is only the archive, --static says all that it needs.
  rm -f "$tree/usr/$libdir"/libplait.so*
  try "$compiler" $sanitize $without_lto -o "$folder/static" "$host" $extra_sources \
    $(pkg-config --static --cflags --libs plait)
  run_host "$folder/static"
  ldd "$folder/static" | grep libplait && fail "^ not the archive"
}
exit 0
