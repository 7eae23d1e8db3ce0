/* lib_census.h - plait.dump and its kin. */
#ifndef HOST_LIB_CENSUS_H
#define HOST_LIB_CENSUS_H

#include <lua.h>

void host_open_census(lua_State *L);

#endif
