# What `cmake --install` puts where. Its components are the Debian packages:
# program, library, development; what belongs to one of the two ways of
# installing only is "local", or is in no full installation.

# On Debian the linker, pkg-config and CMake look into lib/x86_64-linux-gnu
# below /usr/local too, so one tree fits any prefix.
if(NOT DEFINED CMAKE_INSTALL_LIBDIR AND CMAKE_LIBRARY_ARCHITECTURE
   AND EXISTS /etc/debian_version)
    set(CMAKE_INSTALL_LIBDIR lib/${CMAKE_LIBRARY_ARCHITECTURE}
        CACHE PATH "Object code libraries")
endif()
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(packaging ${CMAKE_SOURCE_DIR}/packaging)
set(generated ${CMAKE_BINARY_DIR}/generated)
set(data_dir ${CMAKE_INSTALL_DATADIR}/plait)
set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/plait)
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
# Where every lua5.4 looks: /usr/local/lib/lua/5.4, /usr/lib/lua/5.4.
set(PLAIT_LUA_CMOD_DIR lib/lua/5.4 CACHE STRING "Where Lua finds C modules")

# ---- program --------------------------------------------------------------

install(TARGETS plait COMPONENT program)
install(FILES ${packaging}/completion/plait.bash RENAME plait
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    COMPONENT program)
# zsh has a folder of its own for what packages bring.
install(FILES ${packaging}/completion/_plait
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT local)
install(FILES ${packaging}/completion/_plait
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
    COMPONENT program EXCLUDE_FROM_ALL)
install(DIRECTORY ${packaging}/luacats DESTINATION ${data_dir}
    COMPONENT program)
file(GLOB documents CONFIGURE_DEPENDS docs/*.md)
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR}
    COMPONENT local)
install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DOCDIR}
    COMPONENT program)
install(DIRECTORY scripts/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples
    COMPONENT program)

# The module of stock Lua is the shared library by another name.
function(install_module folder component)
    cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY
        ${CMAKE_INSTALL_PREFIX}/${folder} OUTPUT_VARIABLE up)
    set(link ${generated}/${component}/plait.so)
    file(MAKE_DIRECTORY ${generated}/${component})
    file(CREATE_LINK ${up}/libplait.so.${PROJECT_VERSION_MAJOR} ${link}
        SYMBOLIC)
    install(FILES ${link} DESTINATION ${folder} COMPONENT ${component} ${ARGN})
endfunction()
install_module(${PLAIT_LUA_CMOD_DIR} local)
install_module(${CMAKE_INSTALL_LIBDIR}/lua/5.4 program EXCLUDE_FROM_ALL)

# ---- what the program tells of itself -------------------------------------

# A program with a sanitizer may not run before ./dev has prepared for it, so
# there these are left out.
find_program(GZIP gzip)
if(NOT PLAIT_SANITIZE)
    set(page ${generated}/plait.1)
    set(std ${generated}/luacheck/plait.lua)
    file(MAKE_DIRECTORY ${generated}/luacheck)
    file(GLOB definitions CONFIGURE_DEPENDS ${packaging}/luacats/library/*.lua)
    add_custom_command(OUTPUT ${page}
        COMMAND plait ${packaging}/tools/man.lua ${packaging}/man/plait.1.in
            ${page}
        DEPENDS plait ${packaging}/tools/man.lua ${packaging}/tools/help.lua
            ${packaging}/man/plait.1.in
        COMMENT "Writing plait.1" VERBATIM)
    add_custom_command(OUTPUT ${std}
        COMMAND plait ${packaging}/tools/luacheck_std.lua
            ${packaging}/luacats/library ${std}
        DEPENDS plait ${packaging}/tools/luacheck_std.lua
            ${packaging}/tools/definitions.lua ${definitions}
        COMMENT "Writing the std of luacheck" VERBATIM)
    add_custom_target(told_by_program ALL DEPENDS ${page} ${std})
    install(FILES ${std} DESTINATION ${data_dir}/luacheck COMPONENT program)
endif()

function(compress file result)
    cmake_path(GET result FILENAME name)
    add_custom_command(OUTPUT ${result}
        COMMAND sh -c "\"$1\" -9nc \"$2\" >\"$3\"" sh ${GZIP} ${file} ${result}
        DEPENDS ${file} COMMENT "Writing ${name}" VERBATIM)
    add_custom_target(${name} ALL DEPENDS ${result})
endfunction()

# install_page(<file> <section> <component>): a manual page, compressed.
function(install_page file section component)
    cmake_path(GET file FILENAME name)
    set(result ${file})
    if(GZIP)
        set(result ${generated}/${name}.gz)
        compress(${file} ${result})
    endif()
    install(FILES ${result} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section}
        COMPONENT ${component})
endfunction()
if(NOT PLAIT_SANITIZE)
    install_page(${page} 1 program)
endif()
# The page names what the header declares.
set(header ${CMAKE_SOURCE_DIR}/interpreter/include/plait.h)
set(plait_functions "")
if(EXISTS ${header})
    file(STRINGS ${header} declarations REGEX "^PLAIT_API .*plait_[a-z_]+[(]")
    foreach(declaration IN LISTS declarations)
        string(REGEX REPLACE ".*(plait_[a-z_]+)[(].*" ".BR \\1 ,\n" name
            "${declaration}")
        string(APPEND plait_functions "${name}")
    endforeach()
    string(REGEX REPLACE " ,\n$" "" plait_functions "${plait_functions}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
endif()
configure_file(${packaging}/man/plait.3.in ${generated}/plait.3 @ONLY)
install_page(${generated}/plait.3 3 development)

# ---- library, development -------------------------------------------------

install(TARGETS libplait_shared
    LIBRARY COMPONENT library NAMELINK_COMPONENT development)
install(TARGETS libplait ARCHIVE COMPONENT development)
# What gcc keeps for optimization across files is good for this very gcc only,
# makes programs slow to link, and names the folder of the build.
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_STRIP)
    install(CODE "execute_process(COMMAND ${CMAKE_STRIP} --strip-debug
        -R .gnu.lto_* -R .gnu.debuglto_* -N __gnu_lto_v1
        \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/libplait.a\"
        COMMAND_ERROR_IS_FATAL ANY)" COMPONENT development)
endif()
install(FILES interpreter/include/plait.h TYPE INCLUDE
    COMPONENT development OPTIONAL)

# Folders that lie below the prefix are told from plait.pc's own place.
if(CMAKE_INSTALL_LIBDIR MATCHES "^/" OR CMAKE_INSTALL_INCLUDEDIR MATCHES "^/")
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
    set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
    set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
    cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
        BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${pc_dir} OUTPUT_VARIABLE up)
    set(pc_prefix "\${pcfiledir}/${up}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(cmake/plait.pc.in ${generated}/plait.pc @ONLY)
install(FILES ${generated}/plait.pc DESTINATION ${pc_dir}
    COMPONENT development)

configure_package_config_file(cmake/plaitConfig.cmake.in
    ${generated}/plaitConfig.cmake.in INSTALL_DESTINATION ${cmake_dir}
    PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
file(GENERATE OUTPUT ${generated}/plaitConfig.cmake
    INPUT ${generated}/plaitConfig.cmake.in)
write_basic_package_version_file(${generated}/plaitConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${generated}/plaitConfig.cmake
    ${generated}/plaitConfigVersion.cmake DESTINATION ${cmake_dir}
    COMPONENT development)
