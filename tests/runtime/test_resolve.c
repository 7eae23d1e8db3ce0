/* Names that are resolved, by a resolver of the test's own: libuv finds the
 * program's getaddrinfo before the system's. Nothing waits by time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <netdb.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "failing.h"
#include "io/resolve.h"
#include "io/work.h"
#include "piped.h"

/* ---- the resolver ---- */

static sem_t begun, go; /* for the names that begin with "slow" */

static struct addrinfo *new_entry(int family, struct addrinfo *next) {
    struct addrinfo *entry = calloc(1, sizeof *entry + sizeof(rt_address));
    rt_address *address = (rt_address *)(void *)(entry + 1);
    rt_address_any(address, family, 0);
    entry->ai_family = family;
    entry->ai_addr = &address->any;
    entry->ai_addrlen = address->size;
    entry->ai_next = next;
    return entry;
}

#define EXPORTED __attribute__((visibility("default"))) /* so libuv finds it */

EXPORTED int getaddrinfo(const char *restrict host,
                         const char *restrict service,
                         const struct addrinfo *restrict hints,
                         struct addrinfo **restrict all) {
    assert_null(service);
    if (strncmp(host, "slow", 4) == 0) {
        (void)sem_post(&begun);
        while (sem_wait(&go)) continue;
    }
    if (strcmp(host, "unknown") == 0) return EAI_NONAME;
    if (strcmp(host, "busy") == 0) return EAI_AGAIN;
    if (strcmp(host, "full") == 0) return EAI_MEMORY;
    *all = NULL;
    if (hints->ai_family != AF_INET6) *all = new_entry(AF_INET, *all);
    if (hints->ai_family != AF_INET) *all = new_entry(AF_INET6, *all);
    return 0;
}

EXPORTED void freeaddrinfo(struct addrinfo *all) {
    while (all) {
        struct addrinfo *next = all->ai_next;
        free(all);
        all = next;
    }
}

/* ---- tests ---- */

static int resolve(piped *f, rt_resolve *r, const char *host, int family,
                   party *p) {
    int status = rt_resolve_start(r, host, family, &p->waiter);
    return status == RT_PENDING ? piped_turn_until(f, p) : status;
}

static rt_resolve *new_resolve(piped *f) {
    rt_resolve *r = rt_resolve_new(&f->loop);
    assert_non_null(r);
    return r;
}

static void test_resolve_all_addresses_in_order(void **state) {
    piped *f = *state;
    rt_resolve *r = new_resolve(f);
    rt_address address;
    char text[RT_ADDRESS_TEXT];
    assert_int_equal(resolve(f, r, "some", AF_UNSPEC, &f->a), RT_OK);
    assert_true(rt_resolve_next(r, 80, &address));
    assert_string_equal(rt_address_format(&address, text), "[::]:80");
    assert_true(rt_resolve_next(r, 81, &address));
    assert_string_equal(rt_address_format(&address, text), "0.0.0.0:81");
    assert_false(rt_resolve_next(r, 80, &address));
    rt_resolve_release(r);
}

static void test_resolve_one_family(void **state) {
    piped *f = *state;
    rt_resolve *r = new_resolve(f);
    rt_address address;
    assert_int_equal(resolve(f, r, "some", AF_INET, &f->a), RT_OK);
    assert_true(rt_resolve_next(r, 80, &address));
    assert_int_equal(address.any.sa_family, AF_INET);
    assert_false(rt_resolve_next(r, 80, &address));
    rt_resolve_release(r);
}

static void assert_fails(piped *f, const char *host, int status,
                         const char *text) {
    rt_resolve *r = new_resolve(f);
    rt_address address;
    assert_int_equal(resolve(f, r, host, AF_UNSPEC, &f->a), status);
    assert_string_equal(rt_status_text(status), text);
    assert_false(rt_resolve_next(r, 80, &address));
    rt_resolve_release(r);
}

static void test_resolve_failures_have_the_words_of_the_system(void **state) {
    piped *f = *state;
    char name[300];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_fails(f, "unknown", UV_EAI_NONAME, gai_strerror(EAI_NONAME));
    assert_fails(f, "busy", UV_EAI_AGAIN, gai_strerror(EAI_AGAIN));
    assert_fails(f, "full", RT_ENOMEMORY, "not enough memory");
    assert_fails(f, name, -ENAMETOOLONG, "File name too long");
}

static void test_resolve_that_is_given_up(void **state) {
    piped *f = *state;
    rt_resolve *r = new_resolve(f);
    assert_int_equal(rt_resolve_start(r, "slow", AF_UNSPEC, &f->a.waiter),
                     RT_PENDING);
    assert_int_equal(f->loop.expected, 1); /* so it does not sleep for good */
    while (sem_wait(&begun)) continue;
    assert_true(rt_waiter_cancel(&f->a.waiter, RT_ECANCELLED));
    assert_int_equal(f->loop.expected, 0);
    rt_resolve_release(r);
    (void)sem_post(&go); /* the tear-down waits for it, and counts blocks */
}

static void test_resolve_released_without_a_word_to_who_waits(void **state) {
    piped *f = *state;
    rt_resolve *r = new_resolve(f);
    assert_int_equal(rt_resolve_start(r, "slow", AF_UNSPEC, &f->a.waiter),
                     RT_PENDING);
    rt_resolve_release(r);
    (void)sem_post(&go);
    rt_loop_deinit(&f->loop);
    rt_loop_init(&f->loop);
    assert_int_equal(f->a.status, RT_PENDING);
    while (sem_trywait(&begun) == 0) continue;
    while (sem_trywait(&go) == 0) continue;
}

static void run_nothing(rt_work *work) {
    (void)work;
}

static void deinit_nothing(rt_work *work) {
    (void)work;
}

static void test_resolve_leaves_threads_for_files(void **state) {
    piped *f = *state;
    enum { SLOW = 8 };
    rt_resolve *slow[SLOW];
    party parties[SLOW];
    for (int i = 0; i < SLOW; i++) {
        rt_waiter_init(&parties[i].waiter, &f->loop, piped_on_complete);
        parties[i].status = RT_PENDING;
        slow[i] = new_resolve(f);
        assert_int_equal(
            rt_resolve_start(slow[i], "slow", AF_UNSPEC, &parties[i].waiter),
            RT_PENDING);
    }
    static const rt_work_type type = {.run = run_nothing,
                                      .deinit = deinit_nothing};
    rt_work *work = rt_work_new(&type, sizeof *work);
    assert_int_equal(rt_work_start(work, &f->loop, NULL, &f->a.waiter),
                     RT_PENDING);
    assert_int_equal(piped_turn_until(f, &f->a), RT_OK);
    rt_work_release(work);
    for (int i = 0; i < SLOW; i++) (void)sem_post(&go);
    for (int i = 0; i < SLOW; i++) {
        assert_int_equal(piped_turn_until(f, &parties[i]), RT_OK);
        rt_resolve_release(slow[i]);
    }
}

static void test_resolve_without_memory(void **state) {
    piped *f = *state;
    if (!can_fail_allocations()) skip();
    rt_alloc_fail(1, 0);
    assert_null(rt_resolve_new(&f->loop));
    rt_alloc_fail(0, 0);
}

int main(void) {
    (void)sem_init(&begun, 0, 0);
    (void)sem_init(&go, 0, 0);
    const struct CMUnitTest tests[] = {
        PIPED_TEST(test_resolve_all_addresses_in_order),
        PIPED_TEST(test_resolve_one_family),
        PIPED_TEST(test_resolve_failures_have_the_words_of_the_system),
        PIPED_TEST(test_resolve_that_is_given_up),
        PIPED_TEST(test_resolve_released_without_a_word_to_who_waits),
        PIPED_TEST(test_resolve_leaves_threads_for_files),
        PIPED_TEST(test_resolve_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
