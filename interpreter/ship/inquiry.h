/* inquiry.h - asks all states of the program what their strands wait for, when
 * nothing can run any more, and tells the main strand.
 *
 * The program becomes quiet (exec/quiet.h): each loop is asked, and answers. It
 * becomes quiet again: now the main strand is told. So nobody is told but of a
 * program in which nothing can run, whatever has happened in between. */
#ifndef HOST_SHIP_INQUIRY_H
#define HOST_SHIP_INQUIRY_H

#include "core/state.h"

struct question;

typedef struct host_inquiry {
    host_state *asker; /* the program's main state */
    atomic_int stage;
    rt_post post;               /* to the asker */
    struct question *questions; /* owned; those that were asked */
    size_t count;
    size_t room;
    atomic_size_t left; /* not answered yet, and one for the asker */
    int64_t answered_ns;
} host_inquiry;

/* From here on the main strand of `asker` is told. `inquiry` stays where it is as
 * long as the runtime. */
void host_inquiry_start(host_inquiry *inquiry, host_state *asker);

/* The runtime was shut down. */
void host_inquiry_deinit(host_inquiry *inquiry);

#endif
