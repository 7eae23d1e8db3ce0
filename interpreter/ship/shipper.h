/* shipper.h - the state of one walk: shared by the files that carry it out
 * (ship.c, put.c, node.c, table.c, capture.c, refusal.c). */
#ifndef HOST_SHIP_SHIPPER_H
#define HOST_SHIP_SHIPPER_H

#include <lua.h>
#include <stdbool.h>

#include "data/encode.h"
#include "ship/ship.h"

struct host_work;

/* A userdata; its stack indexes are of the C function that opened it. */
typedef struct host_shipper {
    lua_State *L;
    host_ship_target target;
    const char *to;              /* "thread": for messages */
    const char *place;           /* "t.x", if it is stored there; or NULL */
    bool is_stored;              /* as the content of a Table: put.c */
    bool is_tracking;            /* second walk: notes paths, raises refusals */
    bool keeps;                  /* what is stored in a Table stays there */
    bool has_handed;             /* ship.c: what is handed over with it */
    bool is_open;                /* `seen`, `queue`, `modules` are tables */
    const void *globals_address; /* of the table of globals */
    rt_message **box;            /* owns `message` until host_shipper_take */
    rt_message *message;
    rt_message *inner;   /* of a node that is being written; owned */
    rt_buffer *out;      /* where values are written now */
    rt_buffer *nodes;    /* where nodes are written */
    rt_buffer own_nodes; /* work: nodes are written before all roots are */
    rt_buffer globals;   /* work: the roots that are found last */
    rt_buffer kinds;     /* a byte a node: rt_node_kind */
    rt_buffer dump;
    uint32_t node_count;
    uint32_t written;          /* nodes */
    uint32_t root_count;       /* answers: values put */
    lua_Integer current;       /* the node being written; -1: a root */
    int seen;                  /* stack index: identity -> number */
    int queue;                 /* stack index: number + 1 -> value */
    int modules;               /* stack index: host_modules_push */
    int paths;                 /* stack index: number + 1 -> {parent, label} */
    int top;                   /* work: stack height between values */
    struct host_work *capture; /* work: what functions name; or NULL */
} host_shipper;

/* A userdata, on the stack; with an empty message. Nothing can be put before
 * host_shipper_enter. */
host_shipper *host_shipper_new(lua_State *L, host_ship_target target,
                               const char *to);

/* For the C function that now runs: pushes what is needed for a walk, the last
 * at s->paths, and forgets what values were met in another one. */
void host_shipper_enter(host_shipper *s, lua_State *L, bool is_tracking);

/* Both. */
host_shipper *host_shipper_open(lua_State *L, host_ship_target target,
                                const char *to, bool is_tracking);

/* Writes the value on the top to s->out. `label` is the step that leads to it,
 * used only when tracking. May leave values on the stack. False: it cannot
 * travel (never false when tracking: that raises). */
bool host_shipper_put(host_shipper *s, const char *label);

/* Gives the value on the top the next number, under the key below it, which
 * identifies it; pops both and writes a reference. */
void host_shipper_add_node(host_shipper *s, rt_node_kind kind,
                           const char *label);

/* If what the key on the top identifies was met before, writes a reference to
 * it; pops nothing. */
bool host_shipper_put_seen(host_shipper *s);

/* The same for a value that is plain; false: it is not, or is a long string, and
 * nothing was written. */
bool host_shipper_put_plain(host_shipper *s);

/* Writes the elements `first` to `last` of the table at `list`, as values one
 * after another. `what` names them in errors: "item %I". False as for put. */
bool host_shipper_put_slice(host_shipper *s, int list, lua_Integer first,
                            lua_Integer last, const char *what);

/* Writes the node of the table at `table`, which is the top. May leave values
 * on the stack. False as for put. */
bool host_shipper_write_table(host_shipper *s, int table);

/* Writes all nodes that are numbered and not yet written. */
bool host_shipper_run(host_shipper *s);

/* Pushes the path of the node being written. When tracking. */
const char *host_shipper_push_path(host_shipper *s);

/* Pushes the step to the value of the key at `key`: ".x", "[1]". */
const char *host_push_step(lua_State *L, int key);

/* The value at `index` in a message of its own, to be put into a node. NULL:
 * it cannot travel; if `place` is given that is raised, telling it. */
rt_message *host_ship_inner(lua_State *L, int index, const char *place);

/* Raises if memory has run out. */
void host_shipper_check(host_shipper *s, int status);

/* Pushes the function's dump, a string. */
void host_push_dump(host_shipper *s, int function);

/* The value on the top cannot travel, for the reason given: false, or, when
 * tracking, raises with the path that ends in `label`. */
bool host_shipper_refuse(host_shipper *s, const char *label,
                         const char *reason);

/* Raises: `path` is `reason`. */
void host_shipper_raise(host_shipper *s, const char *path, const char *reason);

/* The value on the top goes along with the message, and is its owner's no more
 * when that is complete. Pops nothing. */
void host_shipper_hand_over(host_shipper *s);

/* The message, the caller's from now on. */
rt_message *host_shipper_take(host_shipper *s);

#endif
