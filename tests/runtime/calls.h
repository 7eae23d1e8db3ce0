/* calls.h - operations on an object as if other processes asked for them, for
 * tests without processes: answers are kept with the call. */
#ifndef TESTS_RUNTIME_CALLS_H
#define TESTS_RUNTIME_CALLS_H

#include "data/call.h"
#include "data/item.h"

typedef struct asked {
    rt_call call;
    int status;   /* RT_PENDING until it is answered */
    rt_item item; /* the answer; nothing that is owned */
} asked;

/* A process: a wire that is only compared. */
struct rt_wire {
    int unused;
};

/* With `item` (NULL: none) as its argument; a strand of the process at the end
 * of `wire`, or one of those behind. Returns the status. */
int ask_object(asked *a, rt_object *object, rt_loop *loop, struct rt_wire *wire,
               uint64_t party, int operation, const rt_item *item);

/* With `count` items as its arguments, which are cleared. */
int ask_object_with(asked *a, rt_object *object, rt_loop *loop,
                    struct rt_wire *wire, uint64_t party, int operation,
                    rt_item *items, size_t count);

/* Makes such a call, for a test to carry out by object->type->call. */
void prepare_call(asked *a, rt_object *object, rt_loop *loop,
                  struct rt_wire *wire, uint64_t party, int operation,
                  rt_item *items, size_t count);

#endif
