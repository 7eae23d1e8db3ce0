/* stream.h - how a state holds a stream: a userdata that owns it, and the object
 * of lua/streams.lua that a script has, whose field `raw` is that userdata. */
#ifndef HOST_CORE_STREAM_H
#define HOST_CORE_STREAM_H

#include <lua.h>

#include "io/stream.h"

/* Pushes a userdata without a stream: NULL, which also means closed. [-0, +1,
 * raises memory] */
rt_stream **host_stream_push(lua_State *L);

/* That of argument `arg`; raises. */
rt_stream **host_stream_check(lua_State *L, int arg);

/* That at `index`; NULL: it is another value. [-0, +0, -] */
rt_stream **host_stream_find(lua_State *L, int index);

/* Replaces the userdata on the top by the script's object; `path` names it in
 * messages. [-1, +1, raises] */
void host_stream_wrap(lua_State *L, const char *path);

/* Of the script's object at `index`: its userdata; NULL: it is another value.
 * `buffered`: how many bytes were read ahead. [-0, +0, raises memory] */
rt_stream **host_stream_test(lua_State *L, int index, lua_Integer *buffered);

#endif
