/* msgpack.c - one table of first bytes, and what follows each. A scan counts the
 * values that are missing: one at first, and as many more as a head announces; so
 * nesting takes no room. */
#include "data/msgpack.h"

#include <string.h>

#include "base/status.h"
#include "data/scan.h"
#include "data/store.h"

/* ---- tokens ---- */

static int64_t take_string(const uint8_t *at, size_t left, size_t head,
                           uint64_t size, rt_msgpack_token *token) {
    if (left - head < size) return 0;
    token->kind = RT_MSGPACK_STRING;
    token->as.string.bytes = (const char *)at + head;
    token->as.string.size = (size_t)size;
    return (int64_t)(head + size);
}

static int64_t take_count(rt_msgpack_kind kind, uint64_t count, size_t head,
                          rt_msgpack_token *token) {
    token->kind = kind;
    token->as.count = (uint32_t)count;
    return (int64_t)head;
}

static int64_t take_int(int64_t value, size_t head, rt_msgpack_token *token) {
    token->kind = RT_MSGPACK_INT;
    token->as.integer = value;
    return (int64_t)head;
}

static int64_t take_float(double value, size_t head, rt_msgpack_token *token) {
    token->kind = RT_MSGPACK_FLOAT;
    token->as.number = value;
    return (int64_t)head;
}

static int64_t take_natural(uint64_t value, size_t head,
                            rt_msgpack_token *token) {
    if (value > INT64_MAX) return take_float((double)value, head, token);
    return take_int((int64_t)value, head, token);
}

static int64_t sign_extend(uint64_t value, size_t width) {
    uint64_t sign = UINT64_C(1) << (width * 8 - 1);
    return (int64_t)((value ^ sign) - sign);
}

/* Those of one byte. */
static int64_t take_short(const uint8_t *at, size_t left,
                          rt_msgpack_token *token) {
    uint8_t tag = *at;
    if (tag <= 0x7f) return take_int(tag, 1, token);
    if (tag >= 0xe0) return take_int((int8_t)tag, 1, token);
    if (tag <= 0x8f) return take_count(RT_MSGPACK_MAP, tag & 15u, 1, token);
    if (tag <= 0x9f) return take_count(RT_MSGPACK_ARRAY, tag & 15u, 1, token);
    if (tag <= 0xbf) return take_string(at, left, 1, tag & 31u, token);
    if (tag == 0xc1) return RT_EDAMAGED;
    token->kind = tag == 0xc0 ? RT_MSGPACK_NIL : RT_MSGPACK_BOOL;
    token->as.boolean = tag == 0xc3;
    return 1;
}

/* How many bytes of a number follow those from 0xc4 on; 0: an extension. */
static const uint8_t widths[] = {1, 2, 4, 0, 0, 0, 4, 8, 1, 2, 4, 8, 1, 2,
                                 4, 8, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4};

int64_t rt_msgpack_next(const void *bytes, size_t left,
                        rt_msgpack_token *token) {
    const uint8_t *at = bytes;
    if (left == 0) return 0;
    uint8_t tag = *at;
    if (tag < 0xc4 || tag > 0xdf) return take_short(at, left, token);
    size_t width = widths[tag - 0xc4];
    if (width == 0) return RT_ETYPE;
    if (left <= width) return 0;
    uint64_t value = rt_scan_load(at + 1, width);
    size_t head = 1 + width;
    if (tag == 0xca) {
        uint32_t bits = (uint32_t)value;
        float number;
        memcpy(&number, &bits, sizeof number);
        return take_float(number, head, token);
    }
    if (tag == 0xcb) {
        double number;
        memcpy(&number, &value, sizeof number);
        return take_float(number, head, token);
    }
    if (tag <= 0xc6) return take_string(at, left, head, value, token);
    if (tag <= 0xcf) return take_natural(value, head, token);
    if (tag <= 0xd3) return take_int(sign_extend(value, width), head, token);
    if (tag <= 0xdb) return take_string(at, left, head, value, token);
    rt_msgpack_kind kind = tag <= 0xdd ? RT_MSGPACK_ARRAY : RT_MSGPACK_MAP;
    return take_count(kind, value, head, token);
}

/* ---- scan ---- */

int rt_msgpack_scan_on(rt_msgpack_scan *scan, const void *bytes, size_t size) {
    if (scan->at == 0) scan->missing = 1;
    while (scan->missing > 0) {
        rt_msgpack_token token;
        int64_t taken = rt_msgpack_next((const char *)bytes + scan->at,
                                        size - scan->at, &token);
        if (taken < 0) return (int)taken;
        if (taken == 0) return RT_PENDING;
        scan->at += (size_t)taken;
        scan->missing--;
        if (token.kind == RT_MSGPACK_ARRAY) scan->missing += token.as.count;
        if (token.kind == RT_MSGPACK_MAP)
            scan->missing += 2 * (uint64_t)token.as.count;
    }
    return RT_OK;
}

/* ---- writing ---- */

int rt_msgpack_encode_map(rt_buffer *to, uint32_t count) {
    uint8_t bytes[RT_STORE_MAX], *end;
    if (count <= 15)
        end = rt_store_byte(bytes, (uint8_t)(0x80u | count));
    else if (count <= UINT16_MAX)
        end = rt_store_16(bytes, 0xde, (uint16_t)count);
    else
        end = rt_store_32(bytes, 0xdf, count);
    return rt_buffer_add(to, bytes, (size_t)(end - bytes));
}
