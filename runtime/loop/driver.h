/* driver.h - a descriptor that says when a loop has something to do, for a thread that
 * drives it from a loop of its own: it polls the descriptor, and takes a turn that does
 * not block when that is readable. Only by the driving thread. */
#ifndef RT_LOOP_DRIVER_H
#define RT_LOOP_DRIVER_H

#include "loop/loop.h"

typedef struct rt_driver rt_driver;

/* Returns: RT_OK; RT_ENOMEMORY; -EMFILE and its like. The loop is to be left before the
 * descriptor is polled. */
int rt_driver_new(rt_loop *loop, rt_driver **out);
void rt_driver_free(rt_driver *driver); /* before the loop; accepts NULL */

/* Readable, between a leave and the next enter, when a turn is due. Borrowed. */
int rt_driver_fd(const rt_driver *driver);

/* The thread does something else from here on. `is_due`: a turn is due at once. */
void rt_driver_leave(rt_driver *driver, bool is_due);

/* It is back. Both may be called again at any time. */
void rt_driver_enter(rt_driver *driver);

/* When the next turn is due of which nothing outside will tell; RT_NEVER: none is.
 * Without a driver, too. */
int64_t rt_loop_due(rt_loop *loop);

#endif
