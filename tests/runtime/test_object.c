/* References to objects, and freeing what hangs together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/object.h"

/* An object that keeps others. */
typedef struct holder {
    rt_object object;
    rt_object *left;
    rt_object *right;
} holder;

static size_t freed;

static void holder_free(rt_object *object) {
    holder *h = (holder *)(void *)object;
    freed++;
    rt_object_unref(h->left);
    rt_object_unref(h->right);
    rt_free(h);
}

static const rt_object_type holder_type = {.name = "holder",
                                           .free = holder_free};

/* Takes the references. */
static rt_object *new_holder(rt_object *left, rt_object *right) {
    holder *h = rt_alloc(sizeof *h);
    assert_non_null(h);
    rt_object_init(&h->object, &holder_type);
    h->left = left;
    h->right = right;
    return &h->object;
}

static void test_object_long_list_is_freed_without_recursion(void **state) {
    (void)state;
    enum { LENGTH = 400000 };
    size_t before = rt_alloc_count();
    rt_object *list = NULL;
    for (int i = 0; i < LENGTH; i++) list = new_holder(NULL, list);
    freed = 0;
    rt_object_unref(list);
    assert_int_equal(freed, LENGTH);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_object_shared_parts_are_freed_once(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    rt_object *part = new_holder(NULL, NULL);
    rt_object_ref(part);
    rt_object *left = new_holder(part, NULL), *right = new_holder(NULL, part);
    freed = 0;
    rt_object_unref(new_holder(left, right));
    assert_int_equal(freed, 4);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_object_try_ref_takes_what_is_alive(void **state) {
    (void)state;
    rt_object *object = new_holder(NULL, NULL);
    assert_true(rt_object_try_ref(object));
    freed = 0;
    rt_object_unref(object);
    assert_int_equal(freed, 0);
    atomic_store(&object->refs, 0); /* as while it is being freed */
    assert_false(rt_object_try_ref(object));
    atomic_store(&object->refs, 1);
    rt_object_unref(object);
    assert_int_equal(freed, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_object_long_list_is_freed_without_recursion),
        cmocka_unit_test(test_object_shared_parts_are_freed_once),
        cmocka_unit_test(test_object_try_ref_takes_what_is_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
