/* item.h - Lua values as items (data/item.h), and operations on objects of
 * other processes, which take and give items. */
#ifndef HOST_SHIP_ITEM_H
#define HOST_SHIP_ITEM_H

#include "core/state.h"

/* The value at `index` into `item`, which owned nothing; false, and nil, if it
 * is not nil, a boolean, a number or a string. [-0, +0, raises memory] */
bool host_item_read_scalar(lua_State *L, int index, rt_item *item);

/* The same for whatever can be shipped; `what` names it in the error.
 * [-0, +0, raises] */
void host_item_read(lua_State *L, int index, rt_item *item, const char *what);

/* The same for what is to be stored in a Table under the key at `key` (0: it
 * is the Table's whole content). What is a message then is for rt_table_build.
 * [-0, +0, raises] */
void host_item_read_stored(lua_State *L, int index, int key, rt_item *item);

/* Whether the value at `index` can be a key of a Table: it is a boolean, a
 * string, a number but NaN, or a shared object. [-0, +0, -] */
bool host_is_stored_key(lua_State *L, int index);

/* Such a key as an item that owns nothing, good as long as the value is on the
 * stack; nil if it is none. [-0, +0, -] */
rt_item host_item_borrow_key(lua_State *L, int index);

/* Pushes the value and clears `item`, also if it raises. [-0, +1, raises] */
void host_item_push(lua_State *L, rt_item *item);

/* Between host_wait_begin and host_wait_end: sends the operation to the home
 * of `remote`. The items are cleared. Returns as rt_remote_call. */
int host_item_call(host_strand *strand, rt_object *remote, int operation,
                   rt_item *arguments, size_t count);

/* First thing in the finish of such a wait: moves the answer, if there is one,
 * into strand->item. Returns: `status`; RT_EDAMAGED, RT_ENOMEMORY. */
int host_item_answer(host_strand *strand, int status);

/* Raises what a wait for `object` ended with: neither success nor one of the
 * outcomes that are values. */
int host_raise_status(lua_State *L, const char *object, int status);

#endif
