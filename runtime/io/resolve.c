/* resolve.c - uv_getaddrinfo with a waiter. It counts as slow work for the pool
 * of libuv, which is what leaves it half of the threads; io/work does not. */
#include "io/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <uv.h>

#include "base/alloc.h"
#include "io/crew.h"

struct rt_resolve {
    uv_getaddrinfo_t request;
    rt_loop *loop;
    rt_waiter *waiter; /* NULL: nobody waits */
    bool is_owned;     /* it was not released */
    bool is_begun;     /* the pool has it */
    struct addrinfo *all;
    struct addrinfo *next;
};

/* Steps, in the order they happen. */
static void on_resolved(uv_getaddrinfo_t *request, int status,
                        struct addrinfo *all);
static void free_unused(rt_resolve *r);

rt_resolve *rt_resolve_new(rt_loop *loop) {
    rt_resolve *r = rt_calloc(sizeof *r);
    if (!r) return NULL;
    r->loop = loop;
    r->is_owned = true;
    return r;
}

static void let_go(rt_resolve *r) {
    if (r->waiter) rt_loop_expect(r->loop, -1);
    r->waiter = NULL;
    if (r->is_begun) (void)uv_cancel((uv_req_t *)&r->request);
}

static void withdraw(rt_waiter *waiter) {
    let_go(waiter->object);
}

/* One entry for each address, not one for each kind of socket. */
static int begin(rt_resolve *r, const char *host, int family) {
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    if (strlen(host) >= RT_HOST_SIZE) return -ENAMETOOLONG;
    int status = rt_loop_make_uv(r->loop);
    if (status == RT_OK) status = rt_crew_check();
    if (status != RT_OK) return status;
    status = uv_getaddrinfo(rt_loop_uv(r->loop), &r->request, on_resolved, host,
                            NULL, &hints);
    return status == UV_ENOMEM ? RT_ENOMEMORY : status;
}

int rt_resolve_start(rt_resolve *r, const char *host, int family,
                     rt_waiter *waiter) {
    int status = begin(r, host, family);
    if (status != RT_OK) return status;
    r->is_begun = true;
    r->waiter = waiter;
    rt_waiter_park(waiter, r, withdraw);
    rt_loop_expect(r->loop, 1);
    return RT_PENDING;
}

static void on_resolved(uv_getaddrinfo_t *request, int status,
                        struct addrinfo *all) {
    rt_resolve *r = rt_container_of(request, rt_resolve, request);
    rt_waiter *waiter = r->waiter;
    rt_loop_rouse(r->loop);
    r->is_begun = false;
    r->waiter = NULL;
    r->all = r->next = all;
    if (status == UV_EAI_MEMORY || status == UV_ENOMEM) status = RT_ENOMEMORY;
    if (waiter) rt_loop_expect(r->loop, -1);
    if (waiter && rt_waiter_claim(waiter))
        rt_waiter_complete_here(waiter, status);
    free_unused(r);
}

bool rt_resolve_next(rt_resolve *r, int port, rt_address *address) {
    while (r->next) {
        const struct addrinfo *found = r->next;
        r->next = found->ai_next;
        if (found->ai_family != AF_INET && found->ai_family != AF_INET6)
            continue;
        memset(address, 0, sizeof *address);
        memcpy(&address->storage, found->ai_addr, found->ai_addrlen);
        address->size = found->ai_addrlen;
        rt_address_set_port(address, port);
        return true;
    }
    return false;
}

static void free_unused(rt_resolve *r) {
    if (r->is_owned || r->is_begun) return;
    if (r->all) uv_freeaddrinfo(r->all);
    rt_free(r);
}

void rt_resolve_release(rt_resolve *r) {
    r->is_owned = false;
    let_go(r);
    free_unused(r);
}
