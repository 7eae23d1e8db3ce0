/* object.c - releases order all uses of an object before its end. */
#include "base/object.h"

#include <assert.h>

/* Numbers objects; carries no state from one runtime to another. */
static atomic_uint_fast64_t last_id;

void rt_object_init(rt_object *object, const rt_object_type *type) {
    object->type = type;
    object->id =
        atomic_fetch_add_explicit(&last_id, 1, memory_order_relaxed) + 1;
    atomic_init(&object->refs, 1);
}

void rt_object_ref(rt_object *object) {
    size_t before =
        atomic_fetch_add_explicit(&object->refs, 1, memory_order_relaxed);
    assert(before > 0);
    (void)before;
}

void rt_object_unref(rt_object *object) {
    if (!object) return;
    size_t before =
        atomic_fetch_sub_explicit(&object->refs, 1, memory_order_acq_rel);
    assert(before > 0);
    if (before == 1) object->type->free(object);
}
