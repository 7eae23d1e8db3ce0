/* value.c - a scalar under a mutex, held for a few instructions only. */
#include "data/value.h"

#include <assert.h>

#include "base/alloc.h"
#include "base/mutex.h"
#include "base/status.h"
#include "data/call.h"

struct rt_value {
    rt_object object;
    rt_mutex lock;
    rt_item item; /* guarded by lock; a scalar */
};

static void value_free(rt_object *object) {
    rt_value *value = (rt_value *)object;
    rt_item_clear(&value->item);
    rt_free(value);
}

static void value_call(rt_object *object, rt_call *call);

const rt_object_type rt_value_type = {
    .name = "Value",
    .kind = RT_KIND_VALUE,
    .free = value_free,
    .call = value_call,
};

rt_value *rt_value_new(rt_item *item) {
    assert(rt_item_is_scalar(item));
    rt_value *value = rt_alloc(sizeof *value);
    if (!value) return NULL;
    rt_object_init(&value->object, &rt_value_type);
    rt_mutex_init(&value->lock);
    rt_item_move(&value->item, item);
    return value;
}

int rt_value_get(rt_value *value, rt_item *item) {
    rt_mutex_lock(&value->lock);
    int status = rt_item_copy(item, &value->item);
    rt_mutex_unlock(&value->lock);
    return status;
}

/* The old value is freed after the lock is let go. */
void rt_value_set(rt_value *value, rt_item *item) {
    assert(rt_item_is_scalar(item));
    rt_item old;
    rt_mutex_lock(&value->lock);
    rt_item_move(&old, &value->item);
    rt_item_move(&value->item, item);
    rt_mutex_unlock(&value->lock);
    rt_item_clear(&old);
}

static double to_number(const rt_item *item) {
    return item->kind == RT_ITEM_INT ? (double)item->as.integer
                                     : item->as.number;
}

static bool is_number(const rt_item *item) {
    return item->kind == RT_ITEM_INT || item->kind == RT_ITEM_FLOAT;
}

/* to += by */
static int add_number(rt_item *to, const rt_item *by) {
    if (!is_number(to) || !is_number(by)) return RT_ETYPE;
    if (to->kind == RT_ITEM_INT && by->kind == RT_ITEM_INT) {
        to->as.integer =
            (int64_t)((uint64_t)to->as.integer + (uint64_t)by->as.integer);
        return RT_OK;
    }
    double sum = to_number(to) + to_number(by);
    to->kind = RT_ITEM_FLOAT;
    to->as.number = sum;
    return RT_OK;
}

int rt_value_add(rt_value *value, rt_item *item) {
    rt_mutex_lock(&value->lock);
    int status = add_number(&value->item, item);
    if (status == RT_OK) *item = value->item; /* numbers own nothing */
    rt_mutex_unlock(&value->lock);
    return status;
}

int rt_value_cas(rt_value *value, const rt_item *old, rt_item *item,
                 bool exactly) {
    assert(rt_item_is_scalar(item) && rt_item_is_scalar(old));
    rt_item replaced = {.kind = RT_ITEM_NIL};
    rt_mutex_lock(&value->lock);
    bool is_old = exactly ? rt_item_same(&value->item, old)
                          : rt_item_equal(&value->item, old);
    if (is_old) {
        rt_item_move(&replaced, &value->item);
        rt_item_move(&value->item, item);
    }
    rt_mutex_unlock(&value->lock);
    rt_item_clear(&replaced);
    return is_old ? RT_OK : RT_ECHANGED;
}

/* ---- for other processes ---- */

/* Returns the status; items[0] is the result of those that have one. */
static int carry_out(rt_value *value, int operation, rt_item *items) {
    switch (operation) {
    case RT_VALUE_GET:
        return rt_value_get(value, items);
    case RT_VALUE_SET:
        rt_value_set(value, items);
        return RT_OK;
    case RT_VALUE_ADD:
        return rt_value_add(value, items);
    case RT_VALUE_CAS:
        return rt_value_cas(value, &items[0], &items[1], false);
    case RT_VALUE_SWAP:
        return rt_value_cas(value, &items[0], &items[1], true);
    default:
        return RT_EUSAGE;
    }
}

static size_t count_arguments(int operation) {
    if (operation == RT_VALUE_GET) return 0;
    return operation >= RT_VALUE_CAS ? 2 : 1;
}

static void value_call(rt_object *object, rt_call *call) {
    rt_item items[2] = {{.kind = RT_ITEM_NIL}, {.kind = RT_ITEM_NIL}};
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    int status =
        rt_items_decode(items, count_arguments(call->operation), arguments);
    if (!rt_item_is_scalar(&items[0])) status = RT_ETYPE;
    if (status == RT_OK)
        status = carry_out((rt_value *)object, call->operation, items);
    rt_message *result = NULL;
    if (status == RT_OK && call->operation != RT_VALUE_SET &&
        call->operation < RT_VALUE_CAS)
        status = rt_items_encode(items, 1, &result);
    rt_item_clear(&items[0]);
    rt_item_clear(&items[1]);
    call->reply(call, status, result);
}
