/* pack.h - several things in one message: integers, objects, and items of any
 * kind, of which each may be a message of its own.
 *
 * For the arguments of operations, where rt_items_encode (data/item.h) is not
 * enough. A failure sticks: what follows does nothing, and the end tells it. */
#ifndef RT_DATA_PACK_H
#define RT_DATA_PACK_H

#include "data/encode.h"
#include "data/item.h"

/* ---- into a message ---- */

typedef struct rt_pack {
    rt_message *message;
    uint32_t count; /* of values */
    int status;
} rt_pack;

void rt_pack_begin(rt_pack *pack);
void rt_pack_int(rt_pack *pack, int64_t value);
void rt_pack_object(rt_pack *pack, rt_object *object);
void rt_pack_item(rt_pack *pack, const rt_item *item); /* stays as it is */

/* Returns: RT_OK, and the message is the caller's; RT_ENOMEMORY, RT_ELIMIT, and
 * it is NULL. */
int rt_pack_end(rt_pack *pack, rt_message **message);

/* ---- and back ---- */

typedef struct rt_unpack {
    const rt_message *message;
    rt_reader reader;
    uint32_t left; /* values not read yet */
    int status;
} rt_unpack;

/* `message` (may be NULL: nothing is in it) must stay as it is until the end.
 * It may come from another process: everything is checked. */
void rt_unpack_begin(rt_unpack *unpack, const rt_message *message);
int64_t rt_unpack_int(rt_unpack *unpack);       /* 0 after a failure */
rt_object *rt_unpack_object(rt_unpack *unpack); /* borrowed; NULL after one */
void rt_unpack_item(rt_unpack *unpack, rt_item *item); /* nil after one */

/* Returns: RT_OK; RT_EDAMAGED (also if something is left); RT_ENOMEMORY. */
int rt_unpack_end(const rt_unpack *unpack);

#endif
