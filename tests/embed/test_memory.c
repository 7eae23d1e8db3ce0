/* test_memory.c - without memory: the nth request fails, for every n; each time there is an
 * error or all is well, and nothing is left. */
#include "embedded.h"

#include "../runtime/failing.h"

static int drops, dones;

static void on_drop(void *data) {
    (void)data;
    drops++;
}

static int push_one(lua_State *L, void *result) {
    lua_pushstring(L, result);
    return 1;
}

static int host_at_once(lua_State *L) {
    plait_op *op = plait_op_new(L, NULL, NULL);
    plait_op_resolve(op, push_one, "text", on_drop);
    return plait_await(L, op);
}

static int posted(lua_State *L) {
    (void)L;
    return 0;
}

static void on_done(plait *p, plait_status status, lua_State *L, int count,
                    void *data) {
    (void)p;
    (void)L;
    (void)count;
    dones++;
    if (status != PLAIT_OK) *(int *)data = 0;
}

static int is_of_memory(plait_status status) {
    return status == PLAIT_OK || status == PLAIT_ERR_MEMORY ||
           status == PLAIT_ERR_FILE || status == PLAIT_ERR_RUN;
}

/* Returns whether nothing failed. */
static int use(void) {
    static const plait_reg functions[] = {{"at_once", host_at_once},
                                          {NULL, NULL}};
    static const char code[] =
        "local t = async(function() return plait.Channel(1) end)\n"
        "assert(await(t)) assert(host.at_once() == 'text')\n"
        "return 1";
    plait *p = NULL;
    plait_status status = plait_new(NULL, &p);
    assert_true(status == PLAIT_OK || status == PLAIT_ERR_MEMORY);
    if (status != PLAIT_OK) {
        assert_null(p);
        return 0;
    }
    int posts = 0, starts = 0;
    dones = 0;
    int is_good = 1;
    drops = 0;
    status = plait_register(p, "host", functions, NULL);
    assert_true(is_of_memory(status));
    is_good = is_good && status == PLAIT_OK;
    is_good = is_good && plait_fd(p) >= 0;
    status =
        plait_start(p, code, sizeof code - 1, "=test", on_done, &is_good, NULL);
    assert_true(is_of_memory(status));
    if (status == PLAIT_OK) starts++;
    is_good = is_good && status == PLAIT_OK;
    status = plait_post(p, posted, &drops, on_drop);
    posts++;
    assert_true(is_of_memory(status));
    is_good = is_good && status == PLAIT_OK;
    plait_hold(p);
    plait_release(p);
    for (int i = 0; i < 3; i++) (void)plait_step(p, 5);
    status = plait_run_string(p, code, sizeof code - 1, NULL);
    assert_true(is_of_memory(status));
    is_good = is_good && status == PLAIT_OK;
    plait_interrupt(p);
    assert_int_equal(plait_close(p, 5000), PLAIT_OK);
    assert_int_equal(dones, starts);
    if (is_good) assert_int_equal(drops, posts + 2);
    return is_good;
}

/* Some requests may fail and nobody minds, so it ends when many in a row have not. */
static void fail_each(int and_later) {
    size_t before = rt_alloc_count();
    int good_count = 0, bad_count = 0;
    for (size_t n = 1; good_count < 30; n++) {
        rt_alloc_fail(n, and_later);
        int is_good = use();
        rt_alloc_fail(0, 0);
        good_count = is_good ? good_count + 1 : 0;
        bad_count += !is_good;
        assert_int_equal(rt_alloc_count(), before);
    }
    assert_in_range(bad_count, 15, 2000);
}

static void test_memory_nth_fails(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    assert_true(use()); /* what is made once is there */
    fail_each(0);
}

static void test_memory_all_fail_from_nth(void **state) {
    (void)state;
    if (!can_fail_allocations()) skip();
    assert_true(use());
    fail_each(1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_nth_fails),
        cmocka_unit_test(test_memory_all_fail_from_nth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
