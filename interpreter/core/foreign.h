/* foreign.h - values as programs in other languages have them: MessagePack and JSON.
 *
 * Both ways a table is a list or a map. A list has the keys 1 to n; one with nils in
 * it has its length in the field n. An empty table is a list. */
#ifndef HOST_CORE_FOREIGN_H
#define HOST_CORE_FOREIGN_H

#include <lua.h>
#include <stdbool.h>

#include "base/buffer.h"

typedef enum {
    HOST_FOREIGN_MSGPACK,
    HOST_FOREIGN_JSON /* without line ends */
} host_foreign_format;

enum {
    HOST_FOREIGN_DEPTH = 100,     /* tables in each other */
    HOST_FOREIGN_LIMIT = 64 << 20 /* bytes of one value */
};

/* Adds the value at `index` to the buffer. Raises kind "send" for what cannot be
 * expressed, naming its place: "value.list[2] is a function ...". [-0, +0,
 * raises] */
void host_foreign_write(lua_State *L, int index, host_foreign_format format,
                        rt_buffer *to);

/* Where reading has stopped, and why; formatted without a place. */
typedef struct host_foreign_error {
    size_t at;
    const char *why;
} host_foreign_error;

/* Push the value that takes exactly these bytes (for JSON there may be blanks around
 * it). False: nothing was pushed. The first is for what a scan has found
 * (data/msgpack.h). [-0, +1, raises memory] */
bool host_foreign_push_msgpack(lua_State *L, const char *bytes, size_t size,
                               host_foreign_error *err);
bool host_foreign_push_json(lua_State *L, const char *bytes, size_t size,
                            host_foreign_error *err);

#endif
