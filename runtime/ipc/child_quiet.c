/* child_quiet.c - a child tells its parent that it has become quiet.
 *
 * What it had received and sent by then is noted between the two looks that find
 * it quiet. So it is true of a moment at which all of it slept, whenever it is
 * sent: the parent sees by the numbers whether that is still so.
 *
 * It waits a moment first: a child that is asked something again and again is
 * quiet between each two questions. */
#include "ipc/hub.h"
#include "ipc/process.h"
#include "ipc/wire.h"

#define PATIENCE_NS (RT_SECOND / 20)

/* Steps, in the order they happen. */
static void note(rt_quiet_watcher *watcher);
static void tell(rt_quiet_watcher *watcher);
static void on_say(rt_post *post);

void rt_child_watch_quiet(rt_child *child) {
    rt_child_quiet *quiet = &child->quiet;
    *quiet = (rt_child_quiet){.watcher = {note, tell, PATIENCE_NS},
                              .post.run = on_say};
    rt_quiet_watch(child->runtime, &quiet->watcher);
}

/* The hub sleeps, so the wire is there. */
static void note(rt_quiet_watcher *watcher) {
    rt_child *child = rt_container_of(watcher, rt_child, quiet.watcher);
    rt_child_quiet *quiet = &child->quiet;
    if (atomic_load(&quiet->is_posted)) return;
    quiet->received = atomic_load(&child->wire->frames_in);
    quiet->sent = atomic_load(&child->wire->frames_out);
}

/* Saying so makes the hub stir, and so it comes here once more. */
static void tell(rt_quiet_watcher *watcher) {
    rt_child *child = rt_container_of(watcher, rt_child, quiet.watcher);
    rt_child_quiet *quiet = &child->quiet;
    bool is_known = quiet->received == quiet->said_received &&
                    quiet->sent == quiet->said_sent;
    if (is_known || atomic_exchange(&quiet->is_posted, true)) return;
    rt_loop_post(rt_hub_loop(child->wire->hub), &quiet->post);
}

static void on_say(rt_post *post) {
    rt_child *child = rt_container_of(post, rt_child, quiet.post);
    rt_child_quiet *quiet = &child->quiet;
    if (rt_wire_say_quiet(child->wire, quiet->received, quiet->sent) == RT_OK) {
        quiet->said_received = quiet->received;
        quiet->said_sent = quiet->sent;
    }
    atomic_store(&quiet->is_posted, false);
}
