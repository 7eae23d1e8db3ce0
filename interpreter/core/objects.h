/* objects.h - what a wait is about, in words, without taking memory of Lua's:
 * see sheet.h. */
#ifndef HOST_CORE_OBJECTS_H
#define HOST_CORE_OBJECTS_H

#include "core/state.h"
#include "exec/record.h"
#include "sync/lock.h"

enum { HOST_OBJECTS_TEXT = 400 };
typedef char host_objects_text[HOST_OBJECTS_TEXT];

/* Writes "Lock 7", "task 3 'reader'", "Channel 8, Event 9": `known`, or else what
 * the arguments are of the C function at the top of the stack of `where`, in the
 * wait that is called so ("recv"). Of a lock of this process, `*lock` tells which.
 * False: it is about nothing that has a name. [-0, +0, -] */
bool host_objects_find(lua_State *where, rt_object *known, const char *wait,
                       host_objects_text text, rt_lock **lock);

/* Whether the argument of a wait at `index` is a list of handles, or has one
 * (lib_watch.c): then that one is pushed; else maybe something. [-0, +?, -] */
bool host_objects_push_list(lua_State *L, int index);

/* The name of the task whose handle is at `index`, or NULL; may push something.
 * [-0, +?, -] */
const char *host_objects_name(lua_State *L, int index);

#endif
