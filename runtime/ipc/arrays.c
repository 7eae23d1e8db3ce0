/* arrays.c - the remote end of an array knows the array opened by it, without
 * a reference, so that the same one is found when it comes again. An array that
 * is being freed waits for the wire's lock before it goes; who finds it there
 * and gets no reference any more makes another one. */
#include "ipc/arrays.h"

#include <string.h>

#include "ipc/bytes.h"

void rt_arrays_write_card(uint8_t *to, const rt_object *object) {
    rt_array_card card = {0};
    if (object->type == &rt_array_type)
        rt_array_describe((const rt_array *)object, &card);
    else if (rt_is_remote(object))
        card = ((const rt_remote *)object)->card;
    to[0] = (uint8_t)card.type;
    rt_put_u32(to + 1, card.pid);
    rt_put_u32(to + 5, card.fd);
    rt_put_u64(to + 9, card.inode);
    rt_put_u64(to + 17, card.bytes);
}

bool rt_arrays_read_card(const uint8_t *from, bool is_expected,
                         rt_array_card *card) {
    static const uint8_t none[RT_ARRAYS_CARD];
    *card = (rt_array_card){.type = from[0],
                            .pid = rt_get_u32(from + 1),
                            .fd = rt_get_u32(from + 5),
                            .inode = rt_get_u64(from + 9),
                            .bytes = rt_get_u64(from + 17)};
    return is_expected ? rt_array_card_is_sound(card)
                       : memcmp(from, none, sizeof none) == 0;
}

rt_remote *rt_arrays_origin(rt_object *object) {
    if (object->type != &rt_array_type) return rt_remote_of(object);
    rt_object *origin = rt_array_origin((rt_array *)object);
    return origin ? rt_remote_of(origin) : NULL;
}

/* ---- opening ---- */

/* What frees an array calls first. */
static void forget_array(rt_array *array, rt_object *origin) {
    rt_remote *remote = rt_remote_of(origin);
    rt_wire_lock(remote->wire);
    if (remote->array == array) remote->array = NULL;
    rt_wire_unlock(remote->wire);
    rt_object_unref(origin); /* of rt_array_set_origin */
}

/* Under the wire's lock: with a reference; NULL: there is none any more. */
static rt_array *find_array(rt_remote *remote) {
    rt_array *array = remote->array;
    return array && rt_object_try_ref((rt_object *)array) ? array : NULL;
}

/* Ties `made` to its remote end, unless another thread was faster: then that
 * one's array is returned. */
static rt_array *adopt(rt_remote *remote, rt_array *made) {
    rt_array_set_origin(made, &remote->object, forget_array);
    rt_wire_lock(remote->wire);
    rt_array *array = find_array(remote);
    if (!array) remote->array = made;
    rt_wire_unlock(remote->wire);
    if (!array) return made;
    rt_object_unref((rt_object *)made);
    return array;
}

int rt_remote_open_array(rt_object *object, rt_array **array, rt_error *err) {
    rt_remote *remote = rt_remote_of(object);
    rt_wire_lock(remote->wire);
    *array = find_array(remote);
    rt_array_card card = remote->card;
    rt_wire_unlock(remote->wire);
    if (*array) return RT_OK;
    rt_array *made;
    int status = rt_array_open(&card, &made, err);
    if (status == RT_OK) *array = adopt(remote, made);
    return status;
}

void rt_arrays_open(rt_message *message) {
    for (size_t i = 0; i < message->object_count; i++) {
        rt_object *object = message->objects[i];
        if (!rt_is_remote(object) || rt_remote_kind(object) != RT_KIND_ARRAY)
            continue;
        rt_array *array;
        if (rt_remote_open_array(object, &array, NULL) != RT_OK) continue;
        message->objects[i] = (rt_object *)array;
        rt_object_unref(object); /* the array has one */
    }
}
