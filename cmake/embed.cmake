# Writes the C file that holds the Lua files of interpreter/lua, and the manual;
# what it defines is declared in interpreter/core/sources.h.
#
#   cmake -DROOT=<directory> -DNAMES=<a.lua;b/c.lua> -DMANUAL=<file> \
#       -DOUT=<file> -P embed.cmake
#
# The text becomes numbers, not a string literal: any byte is safe so, and no
# compiler's limit on the length of literals is met.
set(arrays "")
set(entries "")
set(count 0)

function(embed path name)
    file(READ ${path} bytes HEX)
    string(LENGTH "${bytes}" size)
    math(EXPR size "${size} / 2")
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    # Sixteen to the line, five characters each.
    string(REPEAT "." 80 line)
    string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
    string(APPEND arrays
        "/* ${name} */\n"
        "static const unsigned char text_${count}[] = {\n${bytes}0x00};\n\n")
    string(APPEND entries
        "    {\"${name}\", (const char *)text_${count}, ${size}},\n")
    math(EXPR count "${count} + 1")
    set(arrays "${arrays}" PARENT_SCOPE)
    set(entries "${entries}" PARENT_SCOPE)
    set(count ${count} PARENT_SCOPE)
endfunction()

list(SORT NAMES)
foreach(file IN LISTS NAMES)
    string(REGEX REPLACE "\\.lua$" "" name ${file})
    string(REPLACE "/" "." name ${name})
    embed(${ROOT}/${file} ${name})
endforeach()
embed(${MANUAL} manual.md)

file(WRITE ${OUT}
    "/* Made by cmake/embed.cmake from interpreter/lua. */\n"
    "#include \"core/sources.h\"\n\n"
    "${arrays}"
    "const host_source host_sources[] = {\n${entries}    {NULL, NULL, 0},\n};\n")
