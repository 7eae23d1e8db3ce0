/* msgpack.h - MessagePack of others: what programs in other languages write.
 *
 * Unlike data/encode.h, which knows one form for each value, all forms of the
 * specification but extension types are read here: integers that are longer than
 * need be, float32, maps. Values come in pieces: a scan finds where one ends
 * without building anything, and goes on where it stopped. */
#ifndef RT_DATA_MSGPACK_H
#define RT_DATA_MSGPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

typedef enum {
    RT_MSGPACK_NIL,
    RT_MSGPACK_BOOL,
    RT_MSGPACK_INT,
    RT_MSGPACK_FLOAT,  /* also integers above those of 64 bits with a sign */
    RT_MSGPACK_STRING, /* str and bin */
    RT_MSGPACK_ARRAY,
    RT_MSGPACK_MAP
} rt_msgpack_kind;

typedef struct rt_msgpack_token {
    rt_msgpack_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        struct {
            const char *bytes; /* borrowed */
            size_t size;
        } string;
        uint32_t count; /* of elements, or of pairs, which follow */
    } as;
} rt_msgpack_token;

/* Reads the token at `at`, of which there are `left` bytes. Returns: how many it
 * takes, with the bytes of a string; 0: there are not enough; RT_EDAMAGED: no
 * value begins so; RT_ETYPE: an extension type. */
int64_t rt_msgpack_next(const void *at, size_t left, rt_msgpack_token *token);

/* Where a scan is; all zero at the begin of a value. */
typedef struct rt_msgpack_scan {
    size_t at;        /* bytes of the value so far, in whole tokens */
    uint64_t missing; /* values that it still needs; 0: none was begun */
} rt_msgpack_scan;

/* Goes on with the value that begins at `bytes`; these are all that there are of it
 * by now. Returns: RT_OK: it ends at scan->at; RT_PENDING: it goes on; as
 * rt_msgpack_next, and scan->at is where. */
int rt_msgpack_scan_on(rt_msgpack_scan *scan, const void *bytes, size_t size);

/* The head of a map: the other writers are in data/encode.h. Returns: RT_OK,
 * RT_ENOMEMORY. */
int rt_msgpack_encode_map(rt_buffer *to, uint32_t count);

#endif
