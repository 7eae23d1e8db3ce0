/* childio.h - what becomes of the stdin, stdout and stderr of a child, and of its
 * terminal.
 *
 *     host_childio *io = host_childio_read(L, options, "spawn_process", "ls");
 *     ... start it with io->fds, then one of
 *     host_childio_attach(L, io, handle);      host_childio_close(io);
 *
 * A userdata, so that what was opened is closed whatever happens. */
#ifndef HOST_CORE_CHILDIO_H
#define HOST_CORE_CHILDIO_H

#include <lua.h>
#include <stdbool.h>

#include "core/stream.h"

/* The standard files, a pseudo-terminal, and a link (ipc/process.h). */
enum { HOST_CHILDIO_PTY = 3, HOST_CHILDIO_LINK, HOST_CHILDIO_COUNT };

typedef struct host_childio {
    int fds[HOST_CHILDIO_COUNT];    /* what becomes the child's; -1: as here */
    int opened[HOST_CHILDIO_COUNT]; /* to be closed after the start; -1: none */
    rt_stream **moved[3]; /* of streams that become the child's; else NULL */
    bool is_changed[3];   /* of them, those that did not block */
    rt_stream **made[HOST_CHILDIO_COUNT]; /* our ends of pipes; else NULL */
} host_childio;

/* Reads the options of the table at `options` (0: there is none). `caller` and
 * `program` are for messages. Leaves a userdata on the stack. Raises kind
 * "usage". [-0, +1, raises] */
host_childio *host_childio_read(lua_State *L, int options, const char *caller,
                                const char *program);

/* Adds a link, whose near end is the stream `link` of the handle; `index` is that of
 * the userdata. Raises kind "usage". [-0, +0, raises] */
void host_childio_link(lua_State *L, int index, const char *caller,
                       const char *program);

/* Right before the start: moved streams block, as programs expect. */
void host_childio_prepare(host_childio *io);

/* It has started: closes what is the child's now, and gives the handle (a stack
 * index) its streams. `index` is that of the userdata. [-0, +0, raises memory] */
void host_childio_attach(lua_State *L, int index, int handle);

/* It has not: closes all that was opened. */
void host_childio_close(host_childio *io);

/* Pushes what the handle at `index` has as `name`: a stream, or nil. [-0, +1,
 * raises memory] */
void host_childio_push(lua_State *L, int index, const char *name);

#endif
