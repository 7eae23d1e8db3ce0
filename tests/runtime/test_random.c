/* Random numbers: repeatable, in range, and spread evenly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"

static void test_random_repeats_with_the_seed(void **state) {
    (void)state;
    rt_random a = {.state = 7}, b = {.state = 7}, c = {.state = 8};
    int same = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t number = rt_random_next(&a);
        assert_true(number == rt_random_next(&b));
        if (number == rt_random_next(&c)) same++;
    }
    assert_int_equal(same, 0);
    assert_true(rt_random_from_kernel() != rt_random_from_kernel());
}

/* What splitmix64 gives elsewhere. */
static void test_random_is_splitmix64(void **state) {
    (void)state;
    rt_random random = {.state = 1234567};
    assert_true(rt_random_next(&random) == UINT64_C(6457827717110365317));
    assert_true(rt_random_next(&random) == UINT64_C(3203168211198807973));
}

static void test_random_below_is_even(void **state) {
    (void)state;
    rt_random random = {.state = 1};
    enum { MOST = 7, ROUNDS = 70000 };
    for (uint32_t bound = 1; bound <= MOST; bound++) {
        int counts[MOST] = {0};
        for (int i = 0; i < ROUNDS; i++) {
            uint32_t number = rt_random_below(&random, bound);
            assert_true(number < bound);
            counts[number]++;
        }
        /* More than eight standard deviations of at most 132. */
        for (uint32_t i = 0; i < bound; i++)
            assert_in_range(counts[i], ROUNDS / bound - 1100,
                            ROUNDS / bound + 1100);
    }
    /* Where a plain division would favour the lower half by a third. */
    uint32_t bound = UINT32_MAX / 4 * 3;
    int low = 0;
    for (int i = 0; i < ROUNDS; i++)
        if (rt_random_below(&random, bound) < bound / 2) low++;
    assert_in_range(low, ROUNDS / 2 - 1100, ROUNDS / 2 + 1100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_repeats_with_the_seed),
        cmocka_unit_test(test_random_is_splitmix64),
        cmocka_unit_test(test_random_below_is_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
