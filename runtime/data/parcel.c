/* parcel.c */
#include "data/parcel.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/call.h"

struct rt_parcel {
    rt_object object;
    atomic_bool is_claimed;
    int fd; /* -1: it is another's; else closed with the parcel */
};

void rt_parcel_close(rt_parcel *p) {
    if (p->fd >= 0) (void)close(p->fd);
    p->fd = -1;
}

static void parcel_free(rt_object *object) {
    rt_parcel_close((rt_parcel *)object);
    rt_free(object);
}

/* No process has one of another. */
static void parcel_call(rt_object *object, rt_call *call) {
    (void)object;
    call->reply(call, RT_EUSAGE, NULL);
}

const rt_object_type rt_parcel_type = {
    .name = "parcel",
    .kind = RT_KIND_PARCEL,
    .free = parcel_free,
    .call = parcel_call,
};

rt_parcel *rt_parcel_new(int fd) {
    rt_parcel *p = rt_calloc(sizeof *p);
    if (!p) return NULL;
    rt_object_init(&p->object, &rt_parcel_type);
    atomic_init(&p->is_claimed, fd < 0);
    p->fd = fd;
    return p;
}

void rt_parcel_fill(rt_parcel *p, int fd) {
    p->fd = fd;
    atomic_store(&p->is_claimed, false);
}

int rt_parcel_claim(rt_parcel *p) {
    return atomic_exchange(&p->is_claimed, true) ? -1 : p->fd;
}

void rt_parcel_unclaim(rt_parcel *p) {
    atomic_store(&p->is_claimed, false);
}

int rt_parcel_take(rt_parcel *p) {
    int fd = rt_parcel_claim(p);
    if (fd >= 0) p->fd = -1;
    return fd;
}

int rt_parcel_fd(const rt_parcel *p) {
    return p->fd;
}
