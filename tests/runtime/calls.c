#include "calls.h"

#include <stdlib.h>

#include "base/status.h"

static void on_answer(rt_call *call, int status, rt_message *result) {
    asked *a = rt_container_of(call, asked, call);
    if (a->status != RT_PENDING) abort(); /* answered twice */
    a->status = status;
    rt_message_free(call->arguments);
    call->arguments = NULL;
    if (result && rt_items_decode(&a->item, 1, result) != RT_OK) abort();
}

static void on_complete_unused(rt_waiter *waiter) {
    (void)waiter;
}

void prepare_call(asked *a, rt_object *object, rt_loop *loop,
                  struct rt_wire *wire, uint64_t party, int operation,
                  rt_item *items, size_t count) {
    *a = (asked){.status = RT_PENDING};
    a->call = (rt_call){.operation = operation,
                        .party = party,
                        .object = object,
                        .wire = wire,
                        .reply = on_answer};
    rt_waiter_init(&a->call.waiter, loop, on_complete_unused);
    if (count > 0 && rt_items_encode(items, count, &a->call.arguments) != RT_OK)
        abort();
}

int ask_object_with(asked *a, rt_object *object, rt_loop *loop,
                    struct rt_wire *wire, uint64_t party, int operation,
                    rt_item *items, size_t count) {
    prepare_call(a, object, loop, wire, party, operation, items, count);
    object->type->call(object, &a->call);
    return a->status;
}

int ask_object(asked *a, rt_object *object, rt_loop *loop, struct rt_wire *wire,
               uint64_t party, int operation, const rt_item *item) {
    rt_item copy;
    if (item && rt_item_copy(&copy, item) != RT_OK) abort();
    return ask_object_with(a, object, loop, wire, party, operation, &copy,
                           item ? 1 : 0);
}
