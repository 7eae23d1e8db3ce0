# `cpack`: three Debian packages, plait, libplait0 and libplait-dev. What they
# depend on is computed by dpkg-shlibdeps, except for what is opened by name.

# Of plait: libraries that the program opens when they are first used. Their
# names changed when time_t grew.
set(opened "libreadline8t64 | libreadline8, libcurl4t64 | libcurl4, \
libssl3t64 | libssl3, libhttp-parser2.9")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME plait)
set(PLAIT_MAINTAINER "the plait authors <plait@example.org>"
    CACHE STRING "Whom the Debian packages name")
set(CPACK_PACKAGE_CONTACT "${PLAIT_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE
    OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(about "plait runs scripts for Lua 5.4 in which any function may wait: for\n\
tasks, threads and processes, and for sockets, files and other\n\
programs.")

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME plait)
set(CPACK_COMPONENT_PROGRAM_DEPENDS library)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION interpreters)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "${opened}")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "lua-check")
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION
    "Lua 5.4 with tasks, threads and processes\n${about} This is\n\
the program, and the module by which scripts of lua5.4 have the same.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libplait${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_RECOMMENDS "${opened}")
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION
    "Lua with tasks, threads and processes, to embed\n${about}\n\
This is the shared library, for programs with such scripts inside.")
# The file that lists the library for others' dependencies, and the trigger
# that has the linker's cache made anew.
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA
    "${generated}/debian/shlibs;${generated}/debian/triggers")
file(CONFIGURE OUTPUT ${generated}/debian/shlibs CONTENT
    "libplait ${PROJECT_VERSION_MAJOR} libplait${PROJECT_VERSION_MAJOR} \
(>= ${PROJECT_VERSION})\n")
file(CONFIGURE OUTPUT ${generated}/debian/triggers CONTENT
    "activate-noawait ldconfig\n")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libplait-dev)
set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS library)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "liblua5.4-dev, libuv1-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
    "Lua with tasks, threads and processes, to embed (development)\n${about}\n\
These are the header, the archive, and what pkg-config and CMake need.")

# Each package has its copyright and its changes where Debian wants them.
file(READ LICENSE license)
string(REGEX MATCH "Copyright [^\n]*" holders "${license}")
string(REGEX REPLACE "^.*Copyright [^\n]*\n+" "" license "${license}")
string(STRIP "${license}" license)
string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
string(REGEX REPLACE "\n" "\n " license "${license}")
string(REGEX REPLACE "^Copyright( \\(c\\))? " "" holders "${holders}")
file(CONFIGURE OUTPUT ${generated}/debian/copyright @ONLY CONTENT
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: plait

Files: *
Copyright: (c) ${holders}
License: Expat
 ${license}
")
foreach(component IN ITEMS program library development)
    string(TOUPPER ${component} upper)
    set(name ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    set(documents_dir ${CMAKE_INSTALL_DATADIR}/doc/${name})
    install(FILES ${generated}/debian/copyright DESTINATION ${documents_dir}
        COMPONENT ${component} EXCLUDE_FROM_ALL)
    if(GZIP)
        install(FILES ${generated}/changelog.gz
            ${generated}/changelog.Debian.gz DESTINATION ${documents_dir}
            COMPONENT ${component} EXCLUDE_FROM_ALL)
    endif()
endforeach()
if(GZIP)
    string(TIMESTAMP today "%a, %d %b %Y 00:00:00 +0000" UTC)
    file(CONFIGURE OUTPUT ${generated}/changelog.Debian CONTENT
"plait (${PROJECT_VERSION}-1) unstable; urgency=medium

  * What has changed stands in changelog.gz.

 -- ${PLAIT_MAINTAINER}  ${today}
")
    compress(${generated}/changelog.Debian ${generated}/changelog.Debian.gz)
    compress(${CMAKE_SOURCE_DIR}/CHANGELOG.md ${generated}/changelog.gz)
endif()

include(CPack)
