/* failing.h - whether this build can fail an allocation when it is asked to.
 *
 * Release builds have no such hook (base/alloc.c): there, what a test does
 * without memory is skipped. */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>

#include "base/alloc.h"

static inline bool can_fail_allocations(void) {
    rt_alloc_fail(1, 0);
    void *block = rt_alloc(1);
    rt_alloc_fail(0, 0);
    rt_free(block);
    return block == NULL;
}

#endif
