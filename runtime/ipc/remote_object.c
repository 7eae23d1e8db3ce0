/* remote_object.c - weak map of imports.
 *
 * A remote end may be received again while its last reference is dropped on
 * another thread. Who receives takes a reference only if there still is one;
 * else a new rt_remote takes the place in the map, and the dying one gives
 * back what it had received, which is a count of its own. */
#include "ipc/remote_object.h"

#include "base/alloc.h"
#include "ipc/borrow.h"
#include "ipc/bytes.h"
#include "ipc/calls.h"

static void remote_free(rt_object *object);

static const rt_object_type remote_type = {
    .name = "remote",
    .free = remote_free,
    .call = rt_calls_forward,
};

rt_remote *rt_remote_of(rt_object *object) {
    return object->type == &remote_type ? (rt_remote *)object : NULL;
}

bool rt_is_remote(const rt_object *object) {
    return object->type == &remote_type;
}

rt_object_kind rt_remote_kind(const rt_object *remote) {
    return ((const rt_remote *)remote)->kind;
}

static void on_drop_done(rt_packet *packet) {
    rt_remote *remote = rt_container_of(packet, rt_remote, drop);
    rt_packet_clear(packet);
    rt_borrower_free(remote->borrower);
    rt_wire_unref(remote->wire); /* of rt_remote_receive */
    rt_free(remote);
}

static rt_remote *new_remote(rt_wire *wire, uint64_t id, rt_object_kind kind) {
    rt_remote *remote = rt_alloc(sizeof *remote);
    if (!remote) return NULL;
    rt_object_init(&remote->object, &remote_type);
    rt_wire_ref(wire); /* until on_drop_done */
    remote->wire = wire;
    remote->kind = kind;
    remote->received = 0;
    remote->card = (rt_array_card){0};
    remote->array = NULL;
    atomic_init(&remote->borrower, NULL);
    atomic_init(&remote->sent_ns, 0);
    atomic_init(&remote->received_ns, 0);
    rt_packet_init(&remote->drop, RT_FRAME_DROP, on_drop_done);
    rt_idmap_insert(&wire->imports, &remote->node, id);
    return remote;
}

rt_remote *rt_remote_receive(rt_wire *wire, uint64_t id, rt_object_kind kind) {
    rt_idnode *node = rt_idmap_find(&wire->imports, id);
    rt_remote *remote = node ? rt_container_of(node, rt_remote, node) : NULL;
    if (!remote || !rt_object_try_ref(&remote->object))
        remote = new_remote(wire, id, kind);
    if (remote) remote->received++;
    return remote;
}

static void remote_free(rt_object *object) {
    rt_remote *remote = (rt_remote *)object;
    rt_wire *wire = remote->wire;
    rt_wire_ref(wire); /* on_drop_done may run before rt_wire_unlock ends */
    rt_wire_lock(wire);
    rt_idmap_remove(&wire->imports, &remote->node);
    rt_borrow_leave(remote);
    uint8_t fields[16];
    rt_put_u64(fields, remote->node.id);
    rt_put_u64(fields + 8, remote->received);
    /* Fields fit into the packet, so filling cannot fail. */
    (void)rt_packet_fill(&remote->drop, fields, sizeof fields, NULL, SIZE_MAX,
                         NULL);
    int status = rt_wire_push(wire, &remote->drop, 0);
    rt_wire_unlock(wire);
    if (status) on_drop_done(&remote->drop); /* the wire has ended */
    rt_wire_unref(wire);
}
