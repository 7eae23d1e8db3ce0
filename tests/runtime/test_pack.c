/* Several things in one message: what comes out, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "data/pack.h"
#include "data/value.h"

static rt_object *new_object(void) {
    rt_item nothing = {.kind = RT_ITEM_NIL};
    rt_value *value = rt_value_new(&nothing);
    assert_non_null(value);
    return (rt_object *)(void *)value;
}

/* A table of objects: {first, second}. */
static rt_item table_item(rt_object *first, rt_object *second) {
    rt_object *const objects[2] = {first, second};
    rt_message *message = rt_message_new();
    assert_non_null(message);
    rt_buffer *to = &message->bytes;
    assert_int_equal(rt_encode_header(to, 1, 1), RT_OK);
    assert_int_equal(rt_encode_node(to, 0), RT_OK);
    assert_int_equal(rt_encode_array(to, 6), RT_OK);
    assert_int_equal(rt_encode_int(to, RT_NODE_TABLE), RT_OK);
    assert_int_equal(rt_encode_int(to, 2), RT_OK);
    assert_int_equal(rt_encode_int(to, 0), RT_OK);
    assert_int_equal(rt_encode_nil(to), RT_OK);
    for (int i = 0; i < 2; i++) {
        size_t index;
        assert_int_equal(rt_message_add_object(message, objects[i], &index),
                         RT_OK);
        assert_int_equal(rt_encode_object(to, (uint32_t)index), RT_OK);
    }
    return (rt_item){.kind = RT_ITEM_MESSAGE, .as.message = message};
}

typedef struct fixture {
    rt_object *one, *two;
    rt_item items[8];
} fixture;

enum { ITEMS = 8 };

static void set_up(fixture *f) {
    f->one = new_object();
    f->two = new_object();
    f->items[0] = table_item(f->one, f->two);
    f->items[1] = (rt_item){.kind = RT_ITEM_NIL};
    f->items[2] = (rt_item){.kind = RT_ITEM_BOOL, .as.boolean = true};
    f->items[3] = (rt_item){.kind = RT_ITEM_FLOAT, .as.number = 0.5};
    f->items[4].kind = RT_ITEM_NIL;
    assert_int_equal(
        rt_item_set_string(&f->items[4], "longer than sixteen bytes", 25),
        RT_OK);
    rt_object_ref(f->two);
    f->items[5] = (rt_item){.kind = RT_ITEM_OBJECT, .as.object = f->two};
    f->items[6] = table_item(f->two, f->one);
    f->items[7] = (rt_item){.kind = RT_ITEM_INT, .as.integer = -1};
}

static void tear_down(fixture *f) {
    for (int i = 0; i < ITEMS; i++) rt_item_clear(&f->items[i]);
    rt_object_unref(f->one);
    rt_object_unref(f->two);
}

static int pack(const fixture *f, rt_message **message) {
    rt_pack p;
    rt_pack_begin(&p);
    rt_pack_int(&p, INT64_MIN);
    rt_pack_object(&p, f->one);
    for (int i = 0; i < ITEMS; i++) rt_pack_item(&p, &f->items[i]);
    return rt_pack_end(&p, message);
}

/* Clears what came out of it. */
static int unpack(const fixture *f, const rt_message *message,
                  void (*look)(const fixture *f, const rt_item *items)) {
    rt_unpack u;
    rt_item items[ITEMS];
    rt_unpack_begin(&u, message);
    int64_t number = rt_unpack_int(&u);
    rt_object *object = rt_unpack_object(&u);
    for (int i = 0; i < ITEMS; i++) rt_unpack_item(&u, &items[i]);
    int status = rt_unpack_end(&u);
    if (status == RT_OK) {
        assert_true(number == INT64_MIN);
        assert_ptr_equal(object, f->one);
        if (look) look(f, items);
    }
    for (int i = 0; i < ITEMS; i++) rt_item_clear(&items[i]);
    return status;
}

static void look_at_items(const fixture *f, const rt_item *items) {
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].kind, f->items[i].kind);
        if (items[i].kind != RT_ITEM_MESSAGE) {
            assert_true(rt_item_same(&items[i], &f->items[i]));
            continue;
        }
        const rt_message *m = items[i].as.message;
        const rt_message *sent = f->items[i].as.message;
        assert_int_equal(m->bytes.size, sent->bytes.size);
        assert_memory_equal(m->bytes.bytes, sent->bytes.bytes, m->bytes.size);
        assert_int_equal(m->object_count, 2);
        assert_ptr_equal(m->objects[0], sent->objects[0]);
        assert_ptr_equal(m->objects[1], sent->objects[1]);
    }
}

static void test_pack_keeps_everything(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    fixture f;
    set_up(&f);
    rt_message *message;
    assert_int_equal(pack(&f, &message), RT_OK);
    assert_int_equal(rt_message_check(message->bytes.bytes, message->bytes.size,
                                      message->object_count, NULL),
                     RT_OK);
    assert_int_equal(unpack(&f, message, look_at_items), RT_OK);
    rt_message_free(message);
    tear_down(&f);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_pack_of_nothing(void **state) {
    (void)state;
    rt_unpack u;
    rt_unpack_begin(&u, NULL);
    assert_int_equal(rt_unpack_end(&u), RT_OK);
    assert_int_equal(rt_unpack_int(&u), 0);
    assert_int_equal(rt_unpack_end(&u), RT_EDAMAGED);
}

/* Reads other things than were written; none of it is taken. */
static void test_pack_refuses_other_things(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    rt_pack p;
    rt_message *message;
    rt_unpack u;
    rt_item item;
    for (int wrong = 0; wrong < 4; wrong++) {
        rt_pack_begin(&p);
        if (wrong == 0) rt_pack_object(&p, f.one);
        if (wrong == 1) rt_pack_int(&p, 3); /* objects that do not come */
        if (wrong == 2) rt_pack_int(&p, -7);
        if (wrong == 3) { /* a message that is none */
            rt_pack_int(&p, 0);
            rt_pack_item(&p, &f.items[4]);
        }
        assert_int_equal(rt_pack_end(&p, &message), RT_OK);
        rt_unpack_begin(&u, message);
        rt_unpack_item(&u, &item);
        assert_int_equal(item.kind, RT_ITEM_NIL);
        assert_int_equal(rt_unpack_end(&u), RT_EDAMAGED);
        rt_message_free(message);
    }
    rt_pack_begin(&p);
    rt_pack_int(&p, 1);
    rt_pack_int(&p, 2);
    assert_int_equal(rt_pack_end(&p, &message), RT_OK);
    rt_unpack_begin(&u, message);
    assert_int_equal(rt_unpack_int(&u), 1);
    assert_int_equal(rt_unpack_end(&u), RT_EDAMAGED); /* something is left */
    rt_message_free(message);
    tear_down(&f);
}

static void test_pack_survives_damage(void **state) {
    (void)state;
    size_t before = rt_alloc_count();
    fixture f;
    set_up(&f);
    rt_message *message;
    assert_int_equal(pack(&f, &message), RT_OK);
    for (size_t i = 0; i < message->bytes.size; i++) {
        char *at = &message->bytes.bytes[i];
        char kept = *at;
        for (int bit = 0; bit < 8; bit++) {
            *at = (char)(kept ^ 1 << bit);
            rt_unpack u;
            rt_item item;
            rt_unpack_begin(&u, message);
            (void)rt_unpack_int(&u);
            (void)rt_unpack_object(&u);
            while (u.left > 0 && u.status == RT_OK) {
                rt_unpack_item(&u, &item);
                rt_item_clear(&item);
            }
        }
        *at = kept;
    }
    rt_message_free(message);
    tear_down(&f);
    assert_int_equal(rt_alloc_count(), before);
}

static void test_pack_without_memory_loses_nothing(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    size_t before = rt_alloc_count();
    for (size_t nth = 1;; nth++) {
        rt_message *message;
        rt_alloc_fail(nth, 0);
        int status = pack(&f, &message);
        if (status == RT_OK) {
            status = unpack(&f, message, NULL);
            rt_message_free(message);
        }
        rt_alloc_fail(0, 0);
        assert_int_equal(rt_alloc_count(), before);
        if (status == RT_OK) break;
        assert_int_equal(status, RT_ENOMEMORY);
        assert_true(nth < 100);
    }
    tear_down(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pack_keeps_everything),
        cmocka_unit_test(test_pack_of_nothing),
        cmocka_unit_test(test_pack_refuses_other_things),
        cmocka_unit_test(test_pack_survives_damage),
        cmocka_unit_test(test_pack_without_memory_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
