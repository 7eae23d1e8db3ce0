/* unshipper.h - the values of a message, one after another. */
#ifndef HOST_SHIP_UNSHIPPER_H
#define HOST_SHIP_UNSHIPPER_H

#include "data/encode.h"
#include "ship/ship.h"

typedef struct host_unship_node {
    const uint8_t *at; /* behind its kind */
    rt_node_kind kind;
    uint32_t elements; /* behind the kind */
    /* CELL: the function and upvalue that own it; 0: nobody yet. */
    uint32_t owner; /* node number + 1 */
    int upvalue;
} host_unship_node;

typedef struct host_unshipper {
    lua_State *L;
    const rt_message *message;
    rt_reader reader;
    rt_error error;
    host_unship_node *nodes; /* in a userdata on the stack */
    uint32_t node_count;
    uint32_t left; /* values to come */
    int objects;   /* stack index: number + 1 -> value */
} host_unshipper;

/* Begins: builds what the values refer to, and pushes two values that must stay
 * where they are as long as there are values to come. Stack indexes are of the
 * C function that runs. [-0, +2, raises] */
void host_unship_open(host_unshipper *u, lua_State *L,
                      const rt_message *message);

/* Pushes the next value; false: there is none. [-0, +(0|1), raises] */
bool host_unship_next(host_unshipper *u);

/* Sets the elements of the table at `table` from `first` on, at most `count`,
 * to the next values; returns how many there were. [-0, +0, raises] */
lua_Integer host_unship_list(host_unshipper *u, int table, lua_Integer first,
                             lua_Integer count);

/* The next value, which should be an integer; false: it is none. */
bool host_unship_next_int(host_unshipper *u, int64_t *value);

/* Passes over values. */
void host_unship_skip(host_unshipper *u, uint32_t count);

#endif
