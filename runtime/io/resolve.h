/* resolve.h - the addresses of a name, waited for.
 *
 * The system's resolver blocks, so it runs on libuv's pool, but on half of its
 * threads at most: names that are slow to resolve leave the rest to files. A
 * wait that is withdrawn lets go: the resolver ends when it ends, and nobody
 * hears of it. Belongs to the loop's thread. */
#ifndef RT_IO_RESOLVE_H
#define RT_IO_RESOLVE_H

#include "io/address.h"
#include "loop/waiter.h"

typedef struct rt_resolve rt_resolve;

/* NULL: out of memory. */
rt_resolve *rt_resolve_new(rt_loop *loop);

/* Once. `family`: AF_INET, AF_INET6 or AF_UNSPEC. `host` is not kept.
 * Returns: RT_PENDING, and the waiter is completed with RT_OK, a code of the
 * resolver (UV_EAI_NONAME...), whose text is rt_status_text, or RT_ENOMEMORY;
 * or the like at once. */
int rt_resolve_start(rt_resolve *resolve, const char *host, int family,
                     rt_waiter *waiter);

/* Puts the next address there, in the order in which they are to be tried.
 * False: there is none any more. */
bool rt_resolve_next(rt_resolve *resolve, int port, rt_address *address);

/* Frees it, now or when the resolver is done. Its waiter is left alone. */
void rt_resolve_release(rt_resolve *resolve);

#endif
