/* splice.h - messages made from other messages, without building values.
 *
 * Values of a message refer to its nodes and objects by number; what is put
 * behind those of another message gets other numbers. All bytes are known to
 * be good: made here, or checked when they came. */
#ifndef RT_DATA_SPLICE_H
#define RT_DATA_SPLICE_H

#include "data/message.h"

#include <stdint.h>

/* Puts the values of `more` behind those of `message`, which may have no bytes
 * yet. Returns: RT_OK; RT_ENOMEMORY, RT_EDAMAGED (`message` is as before). */
int rt_message_append(rt_message *message, const rt_message *more);

/* A copy that begins with these integers. NULL: out of memory. */
rt_message *rt_message_copy_behind(const rt_message *message,
                                   const int64_t *integers, uint32_t count);

/* How many values it has; 0 if it is NULL or has no bytes. */
uint32_t rt_message_count(const rt_message *message);

#endif
