/* hub.h - the thread that serves this process's wires and children.
 *
 * It never runs Lua, so a busy script never stalls a peer. It owns the wires'
 * reading side, starts children (those that are other programs die with this
 * thread, and it lives as long as the runtime) and reaps them. */
#ifndef RT_IPC_HUB_H
#define RT_IPC_HUB_H

#include "base/list.h"
#include "exec/runtime.h"
#include "loop/loop.h"

typedef struct rt_hub rt_hub;

/* The runtime's hub, started at first need. NULL: cannot be started, or the
 * runtime was shut down. Any thread. */
rt_hub *rt_hub_of(rt_runtime *runtime);

/* The same, for who has to say why there is none.
 * Returns: RT_OK; RT_ENOMEMORY; -EMFILE, -ENFILE (no descriptors), -EAGAIN (no
 * thread); RT_ECLOSED (the runtime was shut down). */
int rt_hub_start(rt_runtime *runtime, rt_hub **hub);

rt_runtime *rt_hub_runtime(const rt_hub *hub);

/* Its loop: post to it to run something on its thread. */
rt_loop *rt_hub_loop(rt_hub *hub);

/* Children are killed, for the process is about to end at once. Waits until that
 * was done, but no longer than `limit_ns`. Not for the hub's thread. */
void rt_hub_kill_children(rt_runtime *runtime, int64_t limit_ns);

bool rt_hub_is_this_thread(const rt_hub *hub);

/* Something the hub serves: it lives until all of these are gone. All of this
 * is for the hub's thread only. */
typedef struct rt_hub_member {
    rt_list link;
    void (*stop)(
        struct rt_hub_member *member); /* end soon; may leave at once */
    void (*kill)(struct rt_hub_member *member); /* end now */
} rt_hub_member;

/* A member that joins while the hub is being stopped is stopped too. */
void rt_hub_join(rt_hub *hub, rt_hub_member *member);
void rt_hub_leave(rt_hub *hub, rt_hub_member *member);

/* Something has come over the wire: more is likely to come soon, so the hub looks
 * there before it sleeps. NULL: it is gone. */
struct rt_wire;
void rt_hub_expect(rt_hub *hub, struct rt_wire *wire);

/* The wire that was last expected, or NULL. */
struct rt_wire *rt_hub_expected(const rt_hub *hub);

/* A buffer for what was received, good until the callback returns. */
enum { RT_HUB_SCRATCH = 64 * 1024 };
uint8_t *rt_hub_scratch(rt_hub *hub);

/* Where ipc/door.c keeps what is open there, or NULL. */
struct rt_door;
struct rt_door **rt_hub_door(rt_hub *hub);

#endif
