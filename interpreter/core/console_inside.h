/* console_inside.h - what console.c, console_output.c and console_strands.c share. */
#ifndef HOST_CORE_CONSOLE_INSIDE_H
#define HOST_CORE_CONSOLE_INSIDE_H

#include "core/console.h"

/* A thread or process of it. */
typedef struct host_guest {
    rt_list link; /* in `guests` */
    rt_waiter waiter;
    host_console *console; /* a reference, until it has ended */
    rt_strand *strand;     /* a reference */
    bool has_ended;
    bool is_told; /* that it has failed */
} host_guest;

struct host_console {
    int references; /* of handles, strands, guests */
    host_state *host;
    rt_stream *in, *out; /* NULL: closed */
    host_console_kind kind;
    rt_waiter input, output;
    rt_timer look;
    rt_buffer received;
    size_t taken, scanned; /* of `received` */
    bool is_begun;         /* the first byte has come */
    bool is_over;          /* nothing more is read */
    bool is_gone;          /* and nobody is there */
    bool is_ended;         /* by host_console_end */
    const char *why;
    bool is_interrupted, is_woken, has_failure;
    host_strand *reader; /* waits for an event; or NULL */
    host_strand *entry;  /* that runs; or NULL */
    rt_buffer waiting, sending;
    bool is_sending;
    bool is_lame; /* nobody reads */
    size_t lost;
    rt_list rooms;   /* of rt_waiter */
    rt_list drains;  /* of those who wait until nothing is left */
    int task_count;  /* of its strands in this state */
    int guest_count; /* of those that have not ended */
    rt_list guests;
};

/* console.c */
void host_console_wake_reader(host_console *c);
/* Nobody is there: the entry that runs stops. */
void host_console_hang_up(host_console *c);

/* console_output.c */
void host_console_on_output(rt_waiter *waiter);
/* Whoever waits for room goes on. */
void host_console_tell_room(host_console *c);

/* console_strands.c: the console is closed, or (all) nobody looks after it. */
void host_console_drop_failed(host_console *c);
void host_console_drop_guests(host_console *c);

#endif
