/* lib_deny.h - the stock functions that a policy may deny. */
#ifndef HOST_LIB_DENY_H
#define HOST_LIB_DENY_H

#include <lua.h>

/* Puts functions before the stock ones that ask the policy first: io, os, debug,
 * load and its like, package and its searchers. The libraries are open, and nothing
 * has been added to them. [-0, +0, raises] */
void host_open_deny(lua_State *L);

#endif
