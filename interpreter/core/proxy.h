/* proxy.h - how a state holds a shared object: a userdata with one reference.
 *
 * There is one proxy per state and object as long as it is in use, so that
 * two names for one object are equal. Collecting it only drops the count.
 *
 * Lua's collector sees a few bytes, whatever the object takes. So a state adds
 * up what its proxies stand for (rt_object_type.size), and makes a collection
 * when that has grown to twice of what the last one left, and 32 MB more. It is
 * told when an object grows. When one has shrunk it may be told, and it has a
 * look itself before it makes a collection: a queue through which much passes
 * does not cause one for each item. */
#ifndef HOST_CORE_PROXY_H
#define HOST_CORE_PROXY_H

#include <lua.h>
#include <stdbool.h>

#include "base/object.h"

typedef struct host_proxy {
    const void *mark;  /* tells a proxy from any other userdata */
    rt_object *object; /* a reference */
    size_t size;       /* what was accounted for it */
    int kind;          /* rt_object_kind, of the one at home */
} host_proxy;

/* The name of the metatable for a kind: "plait.Value". */
const char *host_proxy_type(rt_object_kind kind);

/* A field of a kind's metatable, a C function: gets a proxy that is being made,
 * and its object as a light userdata, and may give the proxy another metatable.
 * That one should have all fields of the kind's own. */
#define HOST_PROXY_CHOOSER "__proxy"

/* Makes the metatable for a kind and leaves it on the stack, with __gc, __name
 * and __tostring; false if it was there already. */
bool host_proxy_new_metatable(lua_State *L, rt_object_kind kind);

/* Pushes the proxy of `object`; takes a reference of its own if there was no
 * proxy yet. [-0, +1, raises memory] */
void host_proxy_push(lua_State *L, rt_object *object);

/* Pushes a proxy that takes over the caller's reference, and is not the one
 * that host_proxy_push gives. [-0, +1, raises memory: the reference stays] */
void host_proxy_push_new(lua_State *L, rt_object *object);

/* Gives up the reference of the proxy at `index`, which is over. [-0, +0, -] */
void host_proxy_drop(lua_State *L, int index);

/* The object at `index` if it is a proxy of one of that kind (0: any kind),
 * else NULL. A borrowed reference. */
rt_object *host_proxy_test(lua_State *L, int index, rt_object_kind kind);

/* The same for arguments; raises. */
rt_object *host_proxy_check(lua_State *L, int arg, rt_object_kind kind);

/* The object of the proxy at `index` takes `size` bytes by now. May make a full
 * collection, and so run finalizers. What has a size when its first proxy is
 * pushed need not be told. [-0, +0, -] */
void host_proxy_resize(lua_State *L, int index, size_t size);

/* The same after it may have come to take more; that it takes less need not be
 * told. [-0, +0, -] */
void host_proxy_grow(lua_State *L, int index);

/* The proxy at `index` stands for `object` from now on; takes the caller's
 * reference. For a remote end whose object turned out to be usable here.
 * [-0, +0, raises memory: the reference stays] */
void host_proxy_become(lua_State *L, int index, rt_object *object);

/* The kind of an object: of the one at home if it is remote. */
rt_object_kind host_object_kind(const rt_object *object);

#endif
