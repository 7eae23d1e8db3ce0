/* reader.c - one token at a time, from bytes that may be anything.
 *
 * A length is compared with the bytes that remain before anything is added to
 * it or read; whatever is longer than its shortest form is refused, so every
 * value has one encoding. reader->at moves only when a whole token was
 * there. */
#include "data/encode.h"

#include <string.h>

#include "data/scan.h"

const uint8_t *rt_scan_rare(const uint8_t *at, const uint8_t *end,
                            rt_token *token) {
    uint8_t tag = *at;
    if (tag >= 0xe0) return rt_scan_int(token, (int8_t)tag, at + 1);
    switch (tag) {
    case 0xc0:
        token->kind = RT_TOKEN_NIL;
        return at + 1;
    case 0xc2:
    case 0xc3:
        token->kind = RT_TOKEN_BOOL;
        token->as.boolean = tag == 0xc3;
        return at + 1;
    case 0xcc:
        return rt_scan_natural(at, 1, 128, token);
    case 0xcf:
        return rt_scan_natural(at, 8, UINT64_C(1) << 32, token);
    case 0xd0:
        return rt_scan_negative(at, 1, -33, token);
    case 0xd1:
        return rt_scan_negative(at, 2, INT8_MIN - 1, token);
    case 0xd2:
        return rt_scan_negative(at, 4, INT16_MIN - 1, token);
    case 0xd3:
        return rt_scan_negative(at, 8, INT64_C(-2147483649), token);
    case 0xd9:
        return at[1] < 32 ? NULL : rt_scan_str(at, end, 2, at[1], token);
    }
    return NULL;
}

void rt_reader_init(rt_reader *reader, const void *bytes, size_t size,
                    rt_error *err) {
    reader->start = reader->at = bytes;
    reader->end = bytes ? reader->at + size : NULL;
    reader->err = err;
}

static inline size_t bytes_left(const rt_reader *reader) {
    return (size_t)(reader->end - reader->at);
}

/* The token at reader->at is damaged. */
static int damaged(const rt_reader *reader, const char *reason) {
    return rt_error_set(reader->err, RT_EDAMAGED, "%s at byte %zu", reason,
                        (size_t)(reader->at - reader->start));
}

static int cut_off(const rt_reader *reader) {
    return damaged(reader, "message ends within a value");
}

static int not_shortest(const rt_reader *reader) {
    return damaged(reader, "number is not in its shortest form");
}

static int unknown_type(const rt_reader *reader) {
    return rt_error_set(reader->err, RT_EDAMAGED,
                        "unknown type 0x%02x at byte %zu", *reader->at,
                        (size_t)(reader->at - reader->start));
}

static inline int take_byte(rt_reader *reader, rt_token *token,
                            rt_token_kind kind) {
    token->kind = kind;
    reader->at++;
    return RT_OK;
}

static inline int take_int(rt_reader *reader, rt_token *token, int64_t value,
                           size_t size) {
    token->kind = RT_TOKEN_INT;
    token->as.integer = value;
    reader->at += size;
    return RT_OK;
}

/* `least` is the smallest number that needs this form. */
static inline int take_natural(rt_reader *reader, rt_token *token, size_t width,
                               uint64_t least) {
    if (bytes_left(reader) < 1 + width) return cut_off(reader);
    uint64_t n = rt_scan_load(reader->at + 1, width);
    if (n < least) return not_shortest(reader);
    if (n > INT64_MAX) return damaged(reader, "integer exceeds 64 bits");
    return take_int(reader, token, (int64_t)n, 1 + width);
}

/* `most` is the largest number that needs this form. */
static inline int take_negative(rt_reader *reader, rt_token *token,
                                size_t width, int64_t most) {
    if (bytes_left(reader) < 1 + width) return cut_off(reader);
    uint64_t sign = UINT64_C(1) << (width * 8 - 1);
    int64_t n = (int64_t)((rt_scan_load(reader->at + 1, width) ^ sign) - sign);
    if (n > most) return not_shortest(reader);
    return take_int(reader, token, n, 1 + width);
}

static int take_float(rt_reader *reader, rt_token *token) {
    if (bytes_left(reader) < 9) return cut_off(reader);
    uint64_t bits = rt_scan_load(reader->at + 1, 8);
    double number;
    memcpy(&number, &bits, sizeof number);
    if (number != number) { /* no signalling NaN gets in */
        bits |= UINT64_C(1) << 51;
        memcpy(&number, &bits, sizeof number);
    }
    token->kind = RT_TOKEN_FLOAT;
    token->as.number = number;
    reader->at += 9;
    return RT_OK;
}

/* Contents of `size` bytes after a head of `head` bytes; the head is there. */
static inline int take_contents(rt_reader *reader, rt_token *token,
                                rt_token_kind kind, size_t head,
                                uint64_t size) {
    if (size > bytes_left(reader) - head)
        return damaged(reader, "string is longer than the message");
    token->kind = kind;
    token->as.str.bytes = (const char *)reader->at + head;
    token->as.str.size = (size_t)size;
    reader->at += head + (size_t)size;
    return RT_OK;
}

static inline int take_str(rt_reader *reader, rt_token *token,
                           rt_token_kind kind, size_t width, uint64_t least) {
    if (bytes_left(reader) < 1 + width) return cut_off(reader);
    uint64_t size = rt_scan_load(reader->at + 1, width);
    if (size < least) return not_shortest(reader);
    return take_contents(reader, token, kind, 1 + width, size);
}

/* Each element takes at least a byte. */
static inline int take_elements(rt_reader *reader, rt_token *token, size_t head,
                                uint64_t count) {
    if (count > bytes_left(reader) - head)
        return damaged(reader, "array is longer than the message");
    token->kind = RT_TOKEN_ARRAY;
    token->as.count = (uint32_t)count;
    reader->at += head;
    return RT_OK;
}

static inline int take_array(rt_reader *reader, rt_token *token, size_t width,
                             uint64_t least) {
    if (bytes_left(reader) < 1 + width) return cut_off(reader);
    uint64_t count = rt_scan_load(reader->at + 1, width);
    if (count < least) return not_shortest(reader);
    return take_elements(reader, token, 1 + width, count);
}

static inline int take_ext(rt_reader *reader, rt_token *token, size_t width,
                           uint64_t least) {
    if (bytes_left(reader) < 2 + width) return cut_off(reader);
    uint8_t type = reader->at[1];
    if (type != RT_EXT_NODE && type != RT_EXT_OBJECT)
        return damaged(reader, "unknown extension type");
    uint64_t index = rt_scan_load(reader->at + 2, width);
    if (index < least) return not_shortest(reader);
    token->kind = type == RT_EXT_NODE ? RT_TOKEN_NODE : RT_TOKEN_OBJECT;
    token->as.index = (uint32_t)index;
    reader->at += 2 + width;
    return RT_OK;
}

int rt_reader_next(rt_reader *reader, rt_token *token) {
    if (reader->at == reader->end)
        return damaged(reader, "message ends too early");
    uint8_t tag = *reader->at;
    if (tag <= 0x7f) return take_int(reader, token, tag, 1);
    if (tag >= 0xe0) return take_int(reader, token, (int8_t)tag, 1);
    if (tag >= 0xa0 && tag <= 0xbf)
        return take_contents(reader, token, RT_TOKEN_STR, 1, tag & 31u);
    if (tag >= 0x90 && tag <= 0x9f)
        return take_elements(reader, token, 1, tag & 15u);

    switch (tag) {
    case 0xc0:
        return take_byte(reader, token, RT_TOKEN_NIL);
    case 0xc2:
    case 0xc3:
        token->as.boolean = tag == 0xc3;
        return take_byte(reader, token, RT_TOKEN_BOOL);
    case 0xc4:
        return take_str(reader, token, RT_TOKEN_BIN, 1, 0);
    case 0xc5:
        return take_str(reader, token, RT_TOKEN_BIN, 2, UINT8_MAX + 1u);
    case 0xc6:
        return take_str(reader, token, RT_TOKEN_BIN, 4, UINT16_MAX + 1u);
    case 0xcb:
        return take_float(reader, token);
    case 0xcc:
        return take_natural(reader, token, 1, 128);
    case 0xcd:
        return take_natural(reader, token, 2, UINT8_MAX + 1u);
    case 0xce:
        return take_natural(reader, token, 4, UINT16_MAX + 1u);
    case 0xcf:
        return take_natural(reader, token, 8, UINT64_C(1) << 32);
    case 0xd0:
        return take_negative(reader, token, 1, -33);
    case 0xd1:
        return take_negative(reader, token, 2, INT8_MIN - 1);
    case 0xd2:
        return take_negative(reader, token, 4, INT16_MIN - 1);
    case 0xd3:
        return take_negative(reader, token, 8, INT64_C(-2147483649));
    case 0xd4:
        return take_ext(reader, token, 1, 0);
    case 0xd5:
        return take_ext(reader, token, 2, UINT8_MAX + 1u);
    case 0xd6:
        return take_ext(reader, token, 4, UINT16_MAX + 1u);
    case 0xd9:
        return take_str(reader, token, RT_TOKEN_STR, 1, 32);
    case 0xda:
        return take_str(reader, token, RT_TOKEN_STR, 2, UINT8_MAX + 1u);
    case 0xdb:
        return take_str(reader, token, RT_TOKEN_STR, 4, UINT16_MAX + 1u);
    case 0xdc:
        return take_array(reader, token, 2, 16);
    case 0xdd:
        return take_array(reader, token, 4, UINT16_MAX + 1u);
    }
    return unknown_type(reader);
}

int rt_reader_header(rt_reader *reader, uint32_t *root_count,
                     uint32_t *node_count) {
    const uint8_t *at = reader->at;
    if (bytes_left(reader) < 11)
        return damaged(reader, "message is shorter than its header");
    if (at[0] != 0x92 || at[1] != 0xce || at[6] != 0xce)
        return damaged(reader, "not the header of a message");
    uint64_t roots = rt_scan_load(at + 2, 4);
    uint64_t nodes = rt_scan_load(at + 7, 4);
    /* A value takes at least one byte, a node two: its count and its kind. */
    if (roots + 2 * nodes > bytes_left(reader) - 11)
        return damaged(reader, "header counts more than the message holds");
    *root_count = (uint32_t)roots;
    *node_count = (uint32_t)nodes;
    reader->at += 11;
    return RT_OK;
}
