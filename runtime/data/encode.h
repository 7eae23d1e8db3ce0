/* encode.h - values to bytes and back: MessagePack with extension types.
 *
 * A message is a flat graph, so that nesting of any depth, sharing and cycles
 * need no recursion on either side:
 *
 *   message := [root_count, node_count]  (an array of two integers)
 *              root_count values, then node_count nodes
 *   value   := nil | boolean | integer | float64 | str | ext NODE | ext OBJECT
 *   node    := an array whose first element is its kind:
 *     [TABLE, array_count, hash_count, metatable, v1 .. vn, k1, w1, k2, w2 ..]
 *            metatable is nil or a NODE (TABLE or MODULE); values v may be
 *            nil; keys are never nil or NaN, values w never nil
 *     [FUNCTION, prototype, cell, cell ...]  NODEs: one PROTOTYPE, then CELLs
 *     [PROTOTYPE, bin]                       what lua_dump wrote, opaque here
 *     [CELL, value]                          a variable that functions share
 *     [GLOBALS]                              the receiver's table of globals
 *     [MODULE, name, key ...]                require(name)[key]... (str)
 *     [STREAM, name]                         "stdin", "stdout" or "stderr"
 *     [POINTER, integer, integer]            C function or light userdata:
 *                                            within one process only
 *     [INNER, bin, OBJECT ...]               a value in a message of its own:
 *                                            bin, with one root, whose objects
 *                                            are those that follow. Not within
 *                                            such a message; referred to once
 *   ext NODE (type 1): index of a node, forward or back, from 0
 *   ext OBJECT (type 2): index into message->objects
 *
 * Integers, lengths and ext sizes use MessagePack's shortest form; ext data
 * is a big-endian unsigned integer of 1, 2 or 4 bytes (fixext). Strings are
 * `str` with any bytes in them. Floats are always float64.
 *
 * Reference: MessagePack specification, msgpack/msgpack `spec.md`. */
#ifndef RT_DATA_ENCODE_H
#define RT_DATA_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "data/message.h"

typedef enum {
    RT_NODE_TABLE = 1,
    RT_NODE_FUNCTION,
    RT_NODE_PROTOTYPE,
    RT_NODE_CELL,
    RT_NODE_GLOBALS,
    RT_NODE_MODULE,
    RT_NODE_STREAM,
    RT_NODE_POINTER,
    RT_NODE_INNER,
    RT_NODE_LAST
} rt_node_kind;

enum { RT_EXT_NODE = 1, RT_EXT_OBJECT = 2 };

/* Writers. Each returns RT_OK or RT_ENOMEMORY (nothing was added); those of
 * strings RT_ELIMIT too, if `size` is about 4 GiB or more. */
int rt_encode_nil(rt_buffer *to);
int rt_encode_bool(rt_buffer *to, bool value);
int rt_encode_int(rt_buffer *to, int64_t value);
int rt_encode_float(rt_buffer *to, double value);
int rt_encode_str(rt_buffer *to, const char *bytes, size_t size);
int rt_encode_bin(rt_buffer *to, const char *bytes, size_t size);
int rt_encode_array(rt_buffer *to, uint32_t count);
int rt_encode_node(rt_buffer *to, uint32_t index);
int rt_encode_object(rt_buffer *to, uint32_t index);

/* The header. Writes a fixed size (11 bytes: counts as uint32 always, the one
 * exception to the shortest form), so that it can be overwritten when the
 * counts are known: rt_encode_patch_header, for the header that `to` begins
 * with. */
int rt_encode_header(rt_buffer *to, uint32_t root_count, uint32_t node_count);
void rt_encode_patch_header(rt_buffer *to, uint32_t root_count,
                            uint32_t node_count);

typedef enum {
    RT_TOKEN_NIL,
    RT_TOKEN_BOOL,
    RT_TOKEN_INT,
    RT_TOKEN_FLOAT,
    RT_TOKEN_STR,
    RT_TOKEN_BIN,
    RT_TOKEN_ARRAY,
    RT_TOKEN_NODE,
    RT_TOKEN_OBJECT
} rt_token_kind;

typedef struct rt_token {
    rt_token_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        struct {
            const char *bytes; /* borrowed from the message */
            size_t size;
        } str;          /* STR and BIN */
        uint32_t count; /* ARRAY: elements that follow */
        uint32_t index; /* NODE, OBJECT */
    } as;
} rt_token;

typedef struct rt_reader {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    rt_error *err; /* may be NULL */
} rt_reader;

void rt_reader_init(rt_reader *reader, const void *bytes, size_t size,
                    rt_error *err);

/* The next token. Total: any bytes give RT_OK or RT_EDAMAGED with a message
 * that names the reason and the byte offset; never reads past the end. What
 * is longer than its shortest form is damaged; a signalling NaN is made a
 * quiet one. On RT_EDAMAGED the reader stays where it is. */
int rt_reader_next(rt_reader *reader, rt_token *token);

/* The header; checks that the counts can be justified by what follows (each
 * value takes at least a byte, each node two). Returns: RT_OK, RT_EDAMAGED. */
int rt_reader_header(rt_reader *reader, uint32_t *root_count,
                     uint32_t *node_count);

/* Checks a whole message that came from another process before anything is
 * built from it: every count against the bytes there are, every reference in
 * range and of the right kind, keys, node shapes, no POINTER nodes, no
 * duplicate keys in a table (1 and 1.0 are the same key, and a key from 1 to
 * array_count is in the array part already), nothing after the end; at most
 * 255 cells in a function; INNER messages likewise. Time is linear in `size`. Memory it uses is at most 8 times `size` + 1 MiB, and never
 * allocated before the bytes that justify it were seen.
 * Returns: RT_OK; RT_EDAMAGED (the message names reason, offset, and the
 * place such as "node 3, key 2"); RT_ENOMEMORY. */
int rt_message_check(const void *bytes, size_t size, size_t object_count,
                     rt_error *err);

#endif
