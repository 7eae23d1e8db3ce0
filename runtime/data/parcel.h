/* parcel.h - a descriptor on its way from one state to another.
 *
 * It travels in a message like any object. Whoever claims it first has the
 * descriptor; if nobody does, it is closed with the last reference, so what is
 * never received leaves nothing open. A process that receives one has a
 * descriptor and a parcel of its own (ipc/parcels.h). Any thread may call any
 * function here. */
#ifndef RT_DATA_PARCEL_H
#define RT_DATA_PARCEL_H

#include "base/object.h"

typedef struct rt_parcel rt_parcel;

extern const rt_object_type rt_parcel_type;

/* With a reference; takes `fd`, which may be -1: somebody has had it. NULL: out of
 * memory. */
rt_parcel *rt_parcel_new(int fd);

/* Gives one that has none a descriptor, before anybody else knows it. */
void rt_parcel_fill(rt_parcel *parcel, int fd);

/* The descriptor, which is the caller's now; -1: somebody was faster. */
int rt_parcel_take(rt_parcel *parcel);

/* The same, but the parcel keeps and closes it. */
int rt_parcel_claim(rt_parcel *parcel);
void rt_parcel_unclaim(rt_parcel *parcel); /* by who has claimed it */

/* For who has claimed it. */
int rt_parcel_fd(const rt_parcel *parcel);
void rt_parcel_close(rt_parcel *parcel);

#endif
