/* grants.c - counting on both sides instead of asking.
 *
 * Home counts how often an object was sent to the peer; the peer's rt_remote
 * counts how often it was received, and gives that number back when it is
 * freed. A grant and a drop may cross on the wire: then the count stays above
 * zero and the object stays known, since the peer will receive it again. */
#include "ipc/grants.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/parcel.h"
#include "ipc/arrays.h"
#include "ipc/bytes.h"
#include "ipc/parcels.h"
#include "ipc/remote_object.h"

/* An object of ours that the peer knows. */
struct export {
    rt_idnode by_id;
    rt_idnode by_object;
    rt_list link;
    rt_object *object; /* a reference, until given back */
    uint64_t count;    /* times it was sent and not given back */
    bool is_kept;      /* also with a count of 0: rt_object_type.is_owed */
};

static struct export *find_export(rt_wire *wire, uint64_t id) {
    rt_idnode *node = rt_idmap_find(&wire->exports, id);
    return node ? rt_container_of(node, struct export, by_id) : NULL;
}

static uint64_t number_of(const rt_object *object) {
    return (uint64_t)(uintptr_t)object;
}

static rt_object_kind kind_of(const rt_object *object) {
    return rt_is_remote(object) ? rt_remote_kind(object) : object->type->kind;
}

static struct export *add_export(rt_wire *wire, rt_object *object) {
    struct export *export = rt_alloc(sizeof *export);
    if (!export) return NULL;
    rt_object_ref(object); /* until remove_export's caller */
    export->object = object;
    export->count = 0;
    export->is_kept = false;
    rt_list_init(&export->link);
    rt_list_push(&wire->export_list, &export->link);
    rt_idmap_insert(&wire->exports, &export->by_id, ++wire->last_export);
    rt_idmap_insert(&wire->exports_by_object, &export->by_object,
                    number_of(object));
    return export;
}

/* Returns the object, whose reference is now the caller's. */
static rt_object *remove_export(rt_wire *wire, struct export *export) {
    rt_object *object = export->object;
    rt_list_unlink(&export->link);
    rt_idmap_remove(&wire->exports, &export->by_id);
    rt_idmap_remove(&wire->exports_by_object, &export->by_object);
    rt_free(export);
    return object;
}

static void write_reference(uint8_t *to, int direction, rt_object_kind kind,
                            uint64_t id) {
    to[0] = (uint8_t)direction;
    to[1] = (uint8_t)kind;
    rt_put_u64(to + 2, id);
    memset(to + 10, 0, RT_ARRAYS_CARD);
}

static int grant(rt_wire *wire, rt_object *object, uint8_t *to) {
    if (object->type == &rt_parcel_type) {
        write_reference(to, RT_GRANT_PARCEL, RT_KIND_PARCEL,
                        rt_parcels_claim(object));
        return RT_OK;
    }
    const rt_remote *remote = rt_arrays_origin(object);
    if (remote && remote->wire == wire) {
        write_reference(to, RT_GRANT_YOURS, remote->kind, remote->node.id);
        return RT_OK;
    }
    if (!object->type->call) return RT_ETYPE;
    rt_idnode *node =
        rt_idmap_find(&wire->exports_by_object, number_of(object));
    struct export *export =
        node ? rt_container_of(node, struct export, by_object)
             : add_export(wire, object);
    if (!export) return RT_ENOMEMORY;
    export->count++;
    write_reference(to, RT_GRANT_MINE, kind_of(object), export->by_id.id);
    rt_arrays_write_card(to + 10, object);
    return RT_OK;
}

/* Undoes grant(). The message still refers to the object, so that the one
 * reference dropped here under the lock is not its last. */
static void undo_grant(rt_wire *wire, rt_object *object, uint8_t *reference) {
    if (reference[0] == RT_GRANT_PARCEL) rt_parcels_unclaim(object, reference);
    if (reference[0] != RT_GRANT_MINE) return;
    struct export *export = find_export(wire, rt_get_u64(reference + 2));
    if (--export->count == 0 && !export->is_kept)
        rt_object_unref(remove_export(wire, export));
}

int rt_grants_write(rt_wire *wire, rt_packet *packet) {
    const rt_message *message = packet->message;
    if (!message) return RT_OK;
    int status = RT_OK;
    size_t done = 0;
    while (done < message->object_count && status == RT_OK) {
        status = grant(wire, message->objects[done],
                       rt_packet_reference(packet, done));
        if (status == RT_OK) done++;
    }
    while (status && done > 0) {
        done--;
        undo_grant(wire, message->objects[done],
                   rt_packet_reference(packet, done));
    }
    return status;
}

/* ---- receiving ---- */

static int read_yours(rt_wire *wire, rt_object_kind kind, uint64_t id,
                      rt_object **object, rt_error *err) {
    struct export *export = find_export(wire, id);
    if (!export || kind_of(export->object) != kind)
        return rt_error_set(err, RT_EDAMAGED,
                            "object %llu was not granted, or is not of kind "
                            "%d",
                            (unsigned long long)id, (int)kind);
    rt_object_ref(export->object);
    *object = export->object;
    return RT_OK;
}

static int read_mine(rt_wire *wire, rt_object_kind kind, uint64_t id,
                     const rt_array_card *card, rt_object **object,
                     rt_error *err) {
    rt_remote *remote = rt_remote_receive(wire, id, kind);
    if (!remote) return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    if (remote->kind != kind) {
        remote->received--; /* a lie is not counted, so the rest is right */
        *object = &remote->object;
        return rt_error_set(err, RT_EDAMAGED, "object %llu changed its kind",
                            (unsigned long long)id);
    }
    if (remote->received == 1) remote->card = *card;
    *object = &remote->object;
    return RT_OK;
}

/* Whoever sent it had the same chance to be out of descriptors. */
static int read_parcel(rt_wire *wire, uint64_t number, rt_object **object,
                       rt_error *err) {
    int fd = number == RT_PARCELS_FULL ? rt_parcels_next(&wire->parcels) : -1;
    rt_parcel *parcel = rt_parcel_new(fd);
    if (parcel) *object = (rt_object *)(void *)parcel;
    if (!parcel && fd >= 0) (void)close(fd);
    return parcel ? RT_OK
                  : rt_error_set(err, RT_ENOMEMORY, "not enough memory");
}

static int read_reference(rt_wire *wire, const uint8_t *from,
                          rt_object **object, rt_error *err) {
    rt_object_kind kind = from[1];
    uint64_t id = rt_get_u64(from + 2);
    rt_array_card card;
    bool has_card = kind == RT_KIND_ARRAY && from[0] == RT_GRANT_MINE;
    bool is_parcel = from[0] == RT_GRANT_PARCEL;
    if (from[0] > RT_GRANT_PARCEL || is_parcel != (kind == RT_KIND_PARCEL) ||
        kind == 0 || kind >= RT_KIND_LAST || id == 0 ||
        !rt_arrays_read_card(from + 10, has_card, &card))
        return rt_error_set(err, RT_EDAMAGED, "impossible object reference");
    if (is_parcel) return read_parcel(wire, id, object, err);
    if (from[0] == RT_GRANT_YOURS)
        return read_yours(wire, kind, id, object, err);
    return read_mine(wire, kind, id, &card, object, err);
}

int rt_grants_read(rt_wire *wire, const uint8_t *references, size_t count,
                   rt_message *message, rt_error *err) {
    if (count == 0) return RT_OK;
    message->objects = rt_alloc(count * sizeof *message->objects);
    if (!message->objects)
        return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
    message->object_capacity = count;
    int status = RT_OK;
    bool has_group = false;
    rt_wire_lock(wire);
    for (size_t i = 0; i < count && status == RT_OK; i++) {
        rt_object *object = NULL;
        const uint8_t *reference = references + i * RT_FRAME_REFERENCE;
        status = read_reference(wire, reference, &object, err);
        has_group = has_group || (reference[0] == RT_GRANT_PARCEL &&
                                  rt_get_u64(reference + 2) == RT_PARCELS_FULL);
        if (object) message->objects[message->object_count++] = object;
    }
    rt_wire_unlock(wire);
    if (status == RT_OK && has_group && !rt_parcels_end_group(&wire->parcels))
        status = rt_error_set(err, RT_EDAMAGED,
                              "more descriptors than objects that have one");
    if (status == RT_OK) rt_arrays_open(message);
    return status;
}

uint64_t rt_grants_number(rt_wire *wire, const rt_object *object) {
    rt_wire_lock(wire);
    rt_idnode *node =
        rt_idmap_find(&wire->exports_by_object, number_of(object));
    uint64_t id =
        node ? rt_container_of(node, struct export, by_object)->by_id.id : 0;
    rt_wire_unlock(wire);
    return id;
}

bool rt_grants_has(rt_wire *wire, uint64_t id) {
    rt_wire_lock(wire);
    bool has = find_export(wire, id) != NULL;
    rt_wire_unlock(wire);
    return has;
}

rt_object *rt_grants_find(rt_wire *wire, uint64_t id) {
    rt_wire_lock(wire);
    struct export *export = find_export(wire, id);
    rt_object *object = export ? export->object : NULL;
    if (object) rt_object_ref(object);
    rt_wire_unlock(wire);
    return object;
}

static void tell_gone(rt_wire *wire, rt_object *object, uint64_t party,
                      bool died) {
    if (died && object->type->peer_died)
        object->type->peer_died(object, wire, party);
    if (object->type->peer_gone) object->type->peer_gone(object, wire, party);
}

/* Only the peer's calls make it so, and there are none once it has dropped the
 * object: what is asked before stays true. */
static bool is_owed(rt_wire *wire, uint64_t id) {
    rt_object *object = rt_grants_find(wire, id);
    bool is_owed =
        object && object->type->is_owed && object->type->is_owed(object, wire);
    rt_object_unref(object);
    return is_owed;
}

int rt_grants_drop(rt_wire *wire, uint64_t id, uint64_t count, rt_error *err) {
    rt_object *last = NULL;
    bool is_kept = is_owed(wire, id);
    rt_wire_lock(wire);
    struct export *export = find_export(wire, id);
    bool is_right = export && count > 0 && count <= export->count;
    if (is_right) {
        export->count -= count;
        export->is_kept = is_kept;
        if (export->count == 0 && !is_kept) last = remove_export(wire, export);
    }
    rt_wire_unlock(wire);
    if (!is_right)
        return rt_error_set(err, RT_EDAMAGED,
                            "gave back object %llu %llu times, had less",
                            (unsigned long long)id, (unsigned long long)count);
    if (last) {
        tell_gone(wire, last, 0, false);
        rt_object_unref(last);
    }
    return RT_OK;
}

/* Exports are removed by the hub's thread alone, so the one looked at stays
 * in the list while the lock is open. */
void rt_grants_tell_gone(rt_wire *wire, uint64_t party, bool died) {
    rt_wire_lock(wire);
    for (rt_list *node = wire->export_list.next; node != &wire->export_list;
         node = node->next) {
        rt_object *object = rt_container_of(node, struct export, link)->object;
        rt_wire_unlock(wire);
        tell_gone(wire, object, party, died);
        rt_wire_lock(wire);
    }
    rt_wire_unlock(wire);
}

void rt_grants_revoke(rt_wire *wire) {
    if (wire->is_attached)
        rt_grants_tell_gone(wire, 0, rt_wire_peer_died(wire));
    for (;;) {
        rt_wire_lock(wire);
        rt_object *object = NULL;
        if (!rt_list_empty(&wire->export_list))
            object = remove_export(wire, rt_container_of(wire->export_list.next,
                                                         struct export, link));
        rt_wire_unlock(wire);
        if (!object) return;
        rt_object_unref(object);
    }
}

size_t rt_grants_count(rt_wire *wire) {
    rt_wire_lock(wire);
    size_t count = wire->exports.count;
    rt_wire_unlock(wire);
    return count;
}
