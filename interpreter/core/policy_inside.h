/* policy_inside.h - what a policy is, for the files that carry it out: policy.c,
 * memory.c, output.c, capture.c, exit.c. */
#ifndef HOST_CORE_POLICY_INSIDE_H
#define HOST_CORE_POLICY_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/policy.h"

#define HOST_NO_EXIT INT64_MIN

struct host_capture;

struct host_policy {
    atomic_uint denied;
    atomic_size_t memory_limit; /* 0: none */
    bool is_embedded;
    lua_Alloc allocate; /* NULL: malloc's */
    void *allocate_data;
    host_callbacks callbacks;
    pthread_mutex_t output; /* one callback at a time; recursive. Guards: */
    struct host_capture *capture; /* owned; NULL: not opened */
    bool is_taking;               /* what children have written is handed on */

    /* errno of the last failure of standard output and standard error. */
    atomic_int last_error[2];
    atomic_uint print_count; /* print: calls that flushed, since */
    _Atomic int64_t print_ns;
    _Atomic int64_t exit_status; /* of os.exit; HOST_NO_EXIT */
    pthread_mutex_t lock;        /* guards: */
    struct host_state *main;     /* NULL: there is none (any more) */
};

#endif
