/* origin.h - where the value in a register came from.
 *
 * An origin is a number; equal numbers are equal origins. Besides the two
 * fixed ones there are constant strings and paths: an upvalue of the dumped
 * function and the keys from there on. */
#ifndef HOST_SHIP_ORIGIN_H
#define HOST_SHIP_ORIGIN_H

#include "ship/bytecode.h"

typedef uint32_t host_origin;

enum {
    ORIGIN_UNKNOWN = 0,
    /* The register is a variable that a nested function assigns: unknown,
     * and stays so whatever is stored, until the variable's scope ends. */
    ORIGIN_SHARED = 1
};

typedef struct origin_node origin_node;
typedef struct {
    origin_node *nodes;
    uint32_t count;
    uint32_t capacity;
    uint32_t *slots; /* hash table of origins, twice `capacity` */
    int status;      /* RT_ENOMEMORY sticks; all that follows is UNKNOWN */
} host_origins;

void host_origins_init(host_origins *all);
void host_origins_deinit(host_origins *all);

host_origin host_origin_upvalue(host_origins *all, int upvalue);
host_origin host_origin_string(host_origins *all, const host_constant *text);

/* The value at `key` of the table at `table`; a NULL key is a computed one.
 * Unknown if `table` is not a path, or one of HOST_PATH_KEYS keys. */
host_origin host_origin_field(host_origins *all, host_origin table,
                              const host_constant *key);

/* The constant that made a string, NULL for other origins. */
const host_constant *host_origin_text(const host_origins *all,
                                      host_origin origin);

/* Fills `path` and returns true if the origin is one. */
bool host_origin_path(const host_origins *all, host_origin origin,
                      host_path *path);

/* True for each path once, and never for one with a computed key. */
bool host_origin_is_new_read(host_origins *all, host_origin origin);

#endif
