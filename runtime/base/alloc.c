/* alloc.c - counters are relaxed atomics: they order nothing.
 *
 * These are the only variables of the whole process: they describe malloc,
 * which is one per process too. Release builds do not count, since a shared
 * counter would be touched by every thread at each message. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifndef NDEBUG

static atomic_size_t live_blocks;
static atomic_size_t requests_until_failure;
static atomic_bool fail_later_too;

static bool must_fail(void) {
    size_t left =
        atomic_load_explicit(&requests_until_failure, memory_order_relaxed);
    if (left == 0) return false;
    if (left > 1) {
        atomic_fetch_sub_explicit(&requests_until_failure, 1,
                                  memory_order_relaxed);
        return false;
    }
    if (!atomic_load(&fail_later_too)) atomic_store(&requests_until_failure, 0);
    return true;
}

static void *count(void *block) {
    if (block) atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    return block;
}

static void uncount(void *block) {
    if (block) atomic_fetch_sub_explicit(&live_blocks, 1, memory_order_relaxed);
}

size_t rt_alloc_count(void) {
    return atomic_load(&live_blocks);
}

void rt_alloc_fail(size_t nth, int and_later) {
    atomic_store(&fail_later_too, and_later != 0);
    atomic_store(&requests_until_failure, nth);
}

#else

static bool must_fail(void) {
    return false;
}

static void *count(void *block) {
    return block;
}

static void uncount(void *block) {
    (void)block;
}

size_t rt_alloc_count(void) {
    return 0;
}

void rt_alloc_fail(size_t nth, int and_later) {
    (void)nth;
    (void)and_later;
}

#endif

void *rt_alloc(size_t size) {
    return must_fail() ? NULL : count(malloc(size ? size : 1));
}

void *rt_calloc(size_t size) {
    return must_fail() ? NULL : count(calloc(1, size ? size : 1));
}

void *rt_realloc(void *block, size_t size) {
    if (!block) return rt_alloc(size);
    return must_fail() ? NULL : realloc(block, size ? size : 1);
}

char *rt_strdup(const char *text) {
    return rt_memdup(text, strlen(text) + 1);
}

void *rt_memdup(const void *bytes, size_t size) {
    void *copy = rt_alloc(size);
    if (copy && size) memcpy(copy, bytes, size);
    return copy;
}

void rt_free(void *block) {
    uncount(block);
    free(block);
}
