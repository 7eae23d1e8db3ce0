/* pack.c - an item that is a message travels as a string of its bytes, with its
 * objects behind, so that its nodes and objects keep their numbers.
 *
 * An item is [PLAIN, value], or [n, bytes, object 1 .. object n]. */
#include "data/pack.h"

#include "base/status.h"

enum { PLAIN = -1 };

/* ---- into a message ---- */

void rt_pack_begin(rt_pack *pack) {
    *pack = (rt_pack){.message = rt_message_new()};
    pack->status = pack->message ? rt_encode_header(&pack->message->bytes, 0, 0)
                                 : RT_ENOMEMORY;
}

static void note(rt_pack *pack, int status) {
    pack->status = status;
    pack->count++;
}

void rt_pack_int(rt_pack *pack, int64_t value) {
    if (pack->status) return;
    note(pack, rt_encode_int(&pack->message->bytes, value));
}

void rt_pack_object(rt_pack *pack, rt_object *object) {
    size_t index;
    if (pack->status) return;
    int status = rt_message_add_object(pack->message, object, &index);
    if (status == RT_OK)
        status = rt_encode_object(&pack->message->bytes, (uint32_t)index);
    note(pack, status);
}

static void pack_message(rt_pack *pack, const rt_message *message) {
    rt_pack_int(pack, (int64_t)message->object_count);
    if (pack->status) return;
    note(pack, rt_encode_str(&pack->message->bytes, message->bytes.bytes,
                             message->bytes.size));
    for (size_t i = 0; i < message->object_count; i++)
        rt_pack_object(pack, message->objects[i]);
}

void rt_pack_item(rt_pack *pack, const rt_item *item) {
    if (item->kind == RT_ITEM_MESSAGE) {
        pack_message(pack, item->as.message);
        return;
    }
    rt_pack_int(pack, PLAIN);
    if (pack->status == RT_OK) note(pack, rt_item_encode(pack->message, item));
}

int rt_pack_end(rt_pack *pack, rt_message **message) {
    if (pack->status) {
        rt_message_free(pack->message);
        pack->message = NULL;
    } else {
        rt_encode_patch_header(&pack->message->bytes, pack->count, 0);
    }
    *message = pack->message;
    return pack->status;
}

/* ---- and back ---- */

void rt_unpack_begin(rt_unpack *unpack, const rt_message *message) {
    uint32_t node_count;
    *unpack = (rt_unpack){.message = message};
    if (!message) return;
    rt_reader_init(&unpack->reader, message->bytes.bytes, message->bytes.size,
                   NULL);
    unpack->status =
        rt_reader_header(&unpack->reader, &unpack->left, &node_count);
    if (unpack->status == RT_OK && node_count > 0) unpack->status = RT_EDAMAGED;
}

/* Whether there is a value to be read, which counts as read. */
static bool take(rt_unpack *unpack) {
    if (unpack->status) return false;
    if (unpack->left == 0) {
        unpack->status = RT_EDAMAGED;
        return false;
    }
    unpack->left--;
    return true;
}

/* The next value; after a failure nil. */
static rt_token next(rt_unpack *unpack) {
    rt_token token = {.kind = RT_TOKEN_NIL};
    if (!take(unpack)) return token;
    unpack->status = rt_reader_next(&unpack->reader, &token);
    if (unpack->status) token.kind = RT_TOKEN_NIL;
    return token;
}

static void expect(rt_unpack *unpack, bool is_right) {
    if (!is_right && unpack->status == RT_OK) unpack->status = RT_EDAMAGED;
}

int64_t rt_unpack_int(rt_unpack *unpack) {
    rt_token token = next(unpack);
    expect(unpack, token.kind == RT_TOKEN_INT);
    return unpack->status ? 0 : token.as.integer;
}

rt_object *rt_unpack_object(rt_unpack *unpack) {
    rt_token token = next(unpack);
    expect(unpack, token.kind == RT_TOKEN_OBJECT &&
                       token.as.index < unpack->message->object_count);
    return unpack->status ? NULL : unpack->message->objects[token.as.index];
}

static void unpack_plain(rt_unpack *unpack, rt_item *item) {
    if (!take(unpack)) return;
    int status = rt_item_decode(unpack->message, &unpack->reader, item);
    unpack->status = status == RT_ETYPE ? RT_EDAMAGED : status;
}

static void unpack_message(rt_unpack *unpack, int64_t object_count,
                           rt_item *item) {
    rt_token token = next(unpack);
    expect(unpack, token.kind == RT_TOKEN_STR && object_count >= 0 &&
                       object_count <= unpack->left);
    if (unpack->status == RT_OK)
        unpack->status = rt_message_check(token.as.str.bytes, token.as.str.size,
                                          (size_t)object_count, NULL);
    rt_message *message = unpack->status ? NULL : rt_message_new();
    if (!message) {
        if (unpack->status == RT_OK) unpack->status = RT_ENOMEMORY;
        return;
    }
    item->kind = RT_ITEM_MESSAGE;
    item->as.message = message;
    unpack->status =
        rt_buffer_add(&message->bytes, token.as.str.bytes, token.as.str.size);
    for (int64_t i = 0; i < object_count && unpack->status == RT_OK; i++) {
        rt_object *object = rt_unpack_object(unpack);
        size_t index = (size_t)i;
        if (!object) return;
        unpack->status = rt_message_add_object(message, object, &index);
        expect(unpack, index == (size_t)i);
    }
}

void rt_unpack_item(rt_unpack *unpack, rt_item *item) {
    item->kind = RT_ITEM_NIL;
    int64_t tag = rt_unpack_int(unpack);
    if (unpack->status) return;
    if (tag == PLAIN)
        unpack_plain(unpack, item);
    else
        unpack_message(unpack, tag, item);
    if (unpack->status) rt_item_clear(item);
}

int rt_unpack_end(const rt_unpack *unpack) {
    if (unpack->status) return unpack->status;
    return unpack->left == 0 ? RT_OK : RT_EDAMAGED;
}
