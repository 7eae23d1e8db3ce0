/* value.h - one shared value with atomic update: nil, a boolean, a number or
 * a string. Any thread may call any function here; none of them waits. */
#ifndef RT_DATA_VALUE_H
#define RT_DATA_VALUE_H

#include "data/item.h"

typedef struct rt_value rt_value;

extern const rt_object_type rt_value_type;

/* Operations on a remote value (ipc/remote.h): arguments -> result. */
enum {
    RT_VALUE_GET = 1, /* () -> value */
    RT_VALUE_SET,     /* (value) -> () */
    RT_VALUE_ADD,     /* (number) -> value */
    RT_VALUE_CAS,     /* (old, new) -> (); RT_ECHANGED */
    RT_VALUE_SWAP     /* the same, comparing bits */
};

/* Takes what `item` owns, if it succeeds. NULL: out of memory. */
rt_value *rt_value_new(rt_item *item);

/* A copy, into `item`, which owned nothing. Returns: RT_OK, RT_ENOMEMORY. */
int rt_value_get(rt_value *value, rt_item *item);

/* Takes what `item` owns. */
void rt_value_set(rt_value *value, rt_item *item);

/* Adds the number in `item` and leaves the sum there. Integers wrap around,
 * as Lua's +. Returns: RT_OK; RT_ETYPE (one of them is no number). */
int rt_value_add(rt_value *value, rt_item *item);

/* Replaces `old` by `item` (taken then). `exactly`: by rt_item_same, else by
 * rt_item_equal. Returns: RT_OK; RT_ECHANGED (it is not `old`). */
int rt_value_cas(rt_value *value, const rt_item *old, rt_item *item,
                 bool exactly);

#endif
