/* object.c - releases order all uses of an object before its end.
 *
 * Freeing one object often drops the last reference to the next: a list of
 * a million tables, each in the one before. So that it costs no stack, what
 * dies while a thread frees an object is queued, and freed when that is done;
 * all of it before the outermost rt_object_unref returns. */
#include "base/object.h"

#include <assert.h>
#include <stdbool.h>

/* Numbers objects; carries no state from one runtime to another. */
static atomic_uint_fast64_t last_id;

/* Dead objects, linked by their `id`, which nobody reads any more. */
static _Thread_local rt_object *dying;
static _Thread_local bool is_freeing;

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

bool rt_object_try_ref(rt_object *object) {
    size_t refs = atomic_load_explicit(&object->refs, memory_order_relaxed);
    while (refs > 0)
        if (atomic_compare_exchange_weak(&object->refs, &refs, refs + 1))
            return true;
    return false;
}

static void free_all(rt_object *object) {
    is_freeing = true;
    object->type->free(object);
    while ((object = dying) != NULL) {
        dying = (rt_object *)(uintptr_t)object->id;
        object->type->free(object);
    }
    is_freeing = false;
}

void rt_object_unref(rt_object *object) {
    if (!object) return;
    size_t before =
        atomic_fetch_sub_explicit(&object->refs, 1, memory_order_acq_rel);
    assert(before > 0);
    if (before > 1) return;
    if (!is_freeing) {
        free_all(object);
        return;
    }
    object->id = (uintptr_t)dying;
    dying = object;
}
