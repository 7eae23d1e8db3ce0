/* event.h - something that has happened, or not: who waits is parked until it
 * has. Any thread may call any function here; `here` as in queue.h. */
#ifndef RT_SYNC_EVENT_H
#define RT_SYNC_EVENT_H

#include "base/object.h"
#include "loop/waiter.h"

typedef struct rt_event rt_event;

extern const rt_object_type rt_event_type;

/* Operations on a remote event (ipc/remote.h): arguments -> result. */
enum {
    RT_EVENT_WAIT = 1, /* () -> (); waits */
    RT_EVENT_SET,      /* () -> () */
    RT_EVENT_CLEAR,    /* () -> () */
    RT_EVENT_IS_SET    /* () -> boolean */
};

/* Not set. NULL: out of memory. */
rt_event *rt_event_new(void);

/* Parks `waiter` until the event is set. Returns: RT_OK (it is); RT_PENDING. */
int rt_event_wait(rt_event *event, rt_waiter *waiter);

/* Completes all who wait, also if it is cleared right after. */
void rt_event_set(rt_event *event, rt_loop *here);

void rt_event_clear(rt_event *event);

bool rt_event_is_set(rt_event *event);

#endif
