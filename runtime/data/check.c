/* check.c - one pass over a message that came from another process.
 *
 * References may point forward, so each node has one byte: until the pass
 * reaches the node, the roles in which it was referred to; from then on the
 * roles that its kind can play. A reference to a node behind is judged at
 * once, one to a node ahead when the pass gets there.
 *
 * The set of a table's keys takes less than 32 bytes a key; keys that differ
 * take 4 bytes with their values, but for FEW_SHORT_KEYS; so the set stays
 * within 8 times the bytes of its table, as the byte of a node does, and both
 * within 8 times the message.
 *
 * Long lists are mostly scalars that refer to nothing: those are passed over
 * by scan.h, about as fast as memory is read.
 *
 * Nothing recurses: nesting of any depth is a flat list of nodes. */
#include "data/encode.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "data/keyset.h"
#include "data/scan.h"

enum {
    UPVALUES_MAX = 255, /* of a Lua function */
    MODULE_NAME_MAX = 200,
    /* Keys of one byte: 160 integers, 2 booleans, the empty string; of two:
     * 224 integers, 256 strings. All others take three or more. */
    FEW_SHORT_KEYS = 163 + 480,
    SMALL_NODES = 64
};

/* What a reference needs its node to be. */
enum {
    AS_VALUE = 1,
    AS_METATABLE = 2,
    AS_PROTOTYPE = 4,
    AS_CELL = 8,
    AGAIN = 16,  /* as a value, for the second time */
    ONCE = 32,   /* only once as a value; AGAIN says that it was */
    PASSED = 128 /* the rest says what the node can be */
};

typedef struct check {
    rt_reader reader;
    const uint8_t *token_at; /* where the last token began */
    size_t object_count;
    bool is_inner; /* the message of an INNER node */
    uint32_t root_count;
    uint32_t node_count;
    uint8_t *roles; /* of each node; `small_roles` or owned */
    rt_keyset keys;
    /* The place, for error messages. */
    bool is_in_nodes;
    uint32_t node;
    const char *part; /* of the node; NULL: the node itself */
    uint32_t part_number;
    rt_error *err;
    rt_error found; /* by the reader */
    uint8_t small_roles[SMALL_NODES];
} check;

/* Steps, from the whole to its parts. */
static int check_roots(check *c);
static int check_nodes(check *c);
static int check_node(check *c);
static int check_value(check *c, const rt_token *token);
static int check_key(check *c, const rt_token *token, uint32_t array_count);
static int check_message(const void *bytes, size_t size, size_t object_count,
                         bool is_inner, rt_error *err);

/* ---- errors ------------------------------------------------------------ */

static void write_place(const check *c, char *text, size_t size) {
    if (!c->is_in_nodes)
        (void)snprintf(text, size, "value %u", c->part_number);
    else if (!c->part)
        (void)snprintf(text, size, "node %u", c->node);
    else if (c->part_number == 0)
        (void)snprintf(text, size, "node %u, %s", c->node, c->part);
    else
        (void)snprintf(text, size, "node %u, %s %u", c->node, c->part,
                       c->part_number);
}

/* The last token is damaged. */
static int damaged(const check *c, const char *reason) {
    char place[64];
    write_place(c, place, sizeof place);
    return rt_error_set(c->err, RT_EDAMAGED, "%s: %s at byte %zu", place,
                        reason, (size_t)(c->token_at - c->reader.start));
}

static int found_by_reader(const check *c) {
    char place[64];
    write_place(c, place, sizeof place);
    return rt_error_set(c->err, RT_EDAMAGED, "%s: %s", place, c->found.message);
}

static int out_of_memory(const check *c) {
    return rt_error_set(c->err, RT_ENOMEMORY, "not enough memory");
}

static inline void enter_part(check *c, const char *part, uint32_t number) {
    c->part = part;
    c->part_number = number;
}

/* ---- tokens ------------------------------------------------------------ */

static inline int next_token(check *c, rt_token *token) {
    c->token_at = c->reader.at;
    return rt_reader_next(&c->reader, token) ? found_by_reader(c) : RT_OK;
}

/* A number of elements, at most `most`. */
static int next_count(check *c, uint32_t most, uint32_t *count) {
    rt_token token;
    int status = next_token(c, &token);
    if (status) return status;
    if (token.kind != RT_TOKEN_INT || token.as.integer < 0 ||
        token.as.integer > most)
        return damaged(c, "not a possible count");
    *count = (uint32_t)token.as.integer;
    return RT_OK;
}

static int use_node(check *c, uint32_t index, uint8_t role) {
    if (index >= c->node_count)
        return damaged(c, "reference to a node that is not there");
    uint8_t *roles = &c->roles[index];
    if (!(*roles & PASSED)) {
        if (*roles & role & AS_VALUE) *roles |= AGAIN;
        *roles |= role;
    } else if (!(*roles & role)) {
        return damaged(c, "reference to a node of the wrong kind");
    } else if (*roles & ONCE) {
        if (*roles & AGAIN) return damaged(c, "second reference to a node");
        *roles |= AGAIN;
    }
    return RT_OK;
}

static int next_node(check *c, uint8_t role) {
    rt_token token;
    int status = next_token(c, &token);
    if (status) return status;
    if (token.kind != RT_TOKEN_NODE)
        return damaged(c, "not a reference to a node");
    return use_node(c, token.as.index, role);
}

static int check_value(check *c, const rt_token *token) {
    switch (token->kind) {
    case RT_TOKEN_NIL:
    case RT_TOKEN_BOOL:
    case RT_TOKEN_INT:
    case RT_TOKEN_FLOAT:
    case RT_TOKEN_STR:
        return RT_OK;
    case RT_TOKEN_NODE:
        return use_node(c, token->as.index, AS_VALUE);
    case RT_TOKEN_OBJECT:
        if (token->as.index < c->object_count) return RT_OK;
        return damaged(c, "reference to an object that is not there");
    case RT_TOKEN_BIN:
    case RT_TOKEN_ARRAY:
        break;
    }
    return damaged(c, "not a value");
}

/* Passes over scalars; returns how many, at most `most`. */
static inline uint32_t run_of(check *c, uint32_t most) {
    return (uint32_t)rt_scan_run(&c->reader, most);
}

static int next_value(check *c) {
    rt_token token;
    int status = next_token(c, &token);
    return status ? status : check_value(c, &token);
}

/* ---- keys -------------------------------------------------------------- */

static int check_key(check *c, const rt_token *token, uint32_t array_count) {
    int status = check_value(c, token);
    if (status) return status;
    if (token->kind == RT_TOKEN_NIL) return damaged(c, "key is nil");
    if (token->kind == RT_TOKEN_FLOAT && token->as.number != token->as.number)
        return damaged(c, "key is NaN");
    rt_key key = rt_key_of(token);
    if ((key.kind == RT_TOKEN_INT && key.bits - 1 < array_count) ||
        !rt_keyset_add(&c->keys, &c->reader, &key,
                       (size_t)(c->token_at - c->reader.start)))
        return damaged(c, "key is in the table already");
    return RT_OK;
}

/* ---- nodes ------------------------------------------------------------- */

static int check_metatable(check *c) {
    enter_part(c, "metatable", 0);
    rt_token token;
    int status = next_token(c, &token);
    if (status || token.kind == RT_TOKEN_NIL) return status;
    if (token.kind != RT_TOKEN_NODE) return damaged(c, "not a table or nil");
    return use_node(c, token.as.index, AS_METATABLE);
}

static int check_array_part(check *c, uint32_t count) {
    for (uint32_t i = 0; (i += run_of(c, count - i)) < count; i++) {
        enter_part(c, "value", i + 1);
        int status = next_value(c);
        if (status) return status;
    }
    return RT_OK;
}

static int check_pair(check *c, uint32_t number, uint32_t array_count) {
    rt_token token;
    enter_part(c, "key", number);
    int status = next_token(c, &token);
    if (!status) status = check_key(c, &token, array_count);
    if (status) return status;
    enter_part(c, "value of key", number);
    status = next_token(c, &token);
    if (status) return status;
    if (token.kind == RT_TOKEN_NIL) return damaged(c, "value is nil");
    return check_value(c, &token);
}

/* What there may be of this node, since each one to come takes two bytes. */
static size_t bytes_of_node(const check *c) {
    size_t left = (size_t)(c->reader.end - c->reader.at);
    size_t to_come = c->node_count - c->node - 1;
    return to_come < left / 2 ? left - 2 * to_come : 0;
}

static int check_hash_part(check *c, uint32_t count, uint32_t array_count) {
    if (count == 0) return RT_OK;
    if (count > FEW_SHORT_KEYS && count - FEW_SHORT_KEYS > bytes_of_node(c) / 4)
        return damaged(c, "more keys than there can be different ones");
    if (rt_keyset_open(&c->keys, count)) return out_of_memory(c);
    int status = RT_OK;
    for (uint32_t i = 1; i <= count && !status; i++)
        status = check_pair(c, i, array_count);
    return status;
}

static int check_table(check *c, uint32_t count) {
    uint32_t array_count = 0, hash_count = 0;
    if (count < 4) return damaged(c, "table is too short");
    int status = next_count(c, count, &array_count);
    if (!status) status = next_count(c, count, &hash_count);
    if (status) return status;
    if (4 + (uint64_t)array_count + 2 * (uint64_t)hash_count != count)
        return damaged(c, "counts of the table disagree");
    status = check_metatable(c);
    if (!status) status = check_array_part(c, array_count);
    if (!status) status = check_hash_part(c, hash_count, array_count);
    return status;
}

static int check_function(check *c, uint32_t count) {
    if (count < 2) return damaged(c, "function is too short");
    if (count - 2 > UPVALUES_MAX)
        return damaged(c, "function has more than 255 upvalues");
    enter_part(c, "prototype", 0);
    int status = next_node(c, AS_PROTOTYPE);
    for (uint32_t i = 1; i <= count - 2 && !status; i++) {
        enter_part(c, "upvalue", i);
        status = next_node(c, AS_CELL);
    }
    return status;
}

static int check_prototype(check *c, uint32_t count) {
    if (count != 2) return damaged(c, "prototype has not one element");
    rt_token token;
    int status = next_token(c, &token);
    if (status) return status;
    if (token.kind != RT_TOKEN_BIN) return damaged(c, "not a binary string");
    return RT_OK;
}

static int check_cell(check *c, uint32_t count) {
    if (count != 2) return damaged(c, "cell has not one element");
    return next_value(c);
}

static int check_globals(check *c, uint32_t count) {
    return count == 1 ? RT_OK : damaged(c, "globals have elements");
}

static int next_string(check *c, rt_token *token) {
    int status = next_token(c, token);
    if (status) return status;
    return token->kind == RT_TOKEN_STR ? RT_OK : damaged(c, "not a string");
}

/* Whatever `require` may find by a name that people type. */
static bool is_module_name(const char *name, size_t size) {
    if (size == 0 || size > MODULE_NAME_MAX) return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f) return false;
    return true;
}

static int check_module(check *c, uint32_t count) {
    if (count < 2) return damaged(c, "module has no name");
    rt_token token;
    int status = next_string(c, &token);
    if (status) return status;
    if (!is_module_name(token.as.str.bytes, token.as.str.size))
        return damaged(c, "not the name of a module");
    for (uint32_t i = 1; i <= count - 2 && !status; i++) {
        enter_part(c, "key", i);
        status = next_string(c, &token);
    }
    return status;
}

static int check_stream(check *c, uint32_t count) {
    if (count != 2) return damaged(c, "stream has not one element");
    rt_token token;
    int status = next_string(c, &token);
    if (status) return status;
    static const char *const names[] = {"stdin", "stdout", "stderr"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (token.as.str.size == strlen(names[i]) &&
            memcmp(token.as.str.bytes, names[i], token.as.str.size) == 0)
            return RT_OK;
    return damaged(c, "not the name of a stream");
}

static const uint8_t roles_of[RT_NODE_LAST] = {
    [RT_NODE_TABLE] = AS_VALUE | AS_METATABLE,
    [RT_NODE_FUNCTION] = AS_VALUE,
    [RT_NODE_PROTOTYPE] = AS_PROTOTYPE,
    [RT_NODE_CELL] = AS_CELL,
    [RT_NODE_GLOBALS] = AS_VALUE,
    [RT_NODE_MODULE] = AS_VALUE | AS_METATABLE,
    [RT_NODE_STREAM] = AS_VALUE,
    [RT_NODE_POINTER] = AS_VALUE,
    [RT_NODE_INNER] = AS_VALUE | ONCE,
};

/* Its objects are numbered anew, from the list behind it. */
static int check_inner(check *c, uint32_t count) {
    rt_token bin, object;
    rt_error err;
    if (c->is_inner) return damaged(c, "message within an inner message");
    if (count < 2) return damaged(c, "inner message is missing");
    int status = next_token(c, &bin);
    if (status) return status;
    if (bin.kind != RT_TOKEN_BIN) return damaged(c, "not a binary string");
    for (uint32_t i = 1; i <= count - 2; i++) {
        enter_part(c, "object", i);
        status = next_token(c, &object);
        if (status) return status;
        if (object.kind != RT_TOKEN_OBJECT)
            return damaged(c, "not a reference to an object");
        status = check_value(c, &object);
        if (status) return status;
    }
    status =
        check_message(bin.as.str.bytes, bin.as.str.size, count - 2, true, &err);
    if (status == RT_EDAMAGED)
        return rt_error_set(c->err, status, "node %u, inner message: %s",
                            c->node, err.message);
    return status ? out_of_memory(c) : RT_OK;
}

/* The node is of `kind`: from now on references are judged by it. */
static int pass_node(check *c, rt_node_kind kind) {
    uint8_t *roles = &c->roles[c->node];
    uint8_t used = *roles & (uint8_t)~AGAIN;
    bool is_once = roles_of[kind] & ONCE;
    if (used & ~roles_of[kind])
        return damaged(c, "not of the kind that a reference to it needs");
    if (is_once && *roles & AGAIN)
        return damaged(c, "more than one reference to it");
    *roles = PASSED | roles_of[kind];
    if (is_once && used) *roles |= AGAIN; /* from now on a second one */
    return RT_OK;
}

static int check_node(check *c) {
    rt_token head, kind;
    int status = next_token(c, &head);
    if (status) return status;
    if (head.kind != RT_TOKEN_ARRAY || head.as.count == 0)
        return damaged(c, "not a node");
    status = next_token(c, &kind);
    if (status) return status;
    if (kind.kind != RT_TOKEN_INT || kind.as.integer < RT_NODE_TABLE ||
        kind.as.integer >= RT_NODE_LAST)
        return damaged(c, "unknown kind of node");
    status = pass_node(c, (rt_node_kind)kind.as.integer);
    if (status) return status;

    uint32_t count = head.as.count;
    switch ((rt_node_kind)kind.as.integer) {
    case RT_NODE_TABLE:
        return check_table(c, count);
    case RT_NODE_FUNCTION:
        return check_function(c, count);
    case RT_NODE_PROTOTYPE:
        return check_prototype(c, count);
    case RT_NODE_CELL:
        return check_cell(c, count);
    case RT_NODE_GLOBALS:
        return check_globals(c, count);
    case RT_NODE_MODULE:
        return check_module(c, count);
    case RT_NODE_STREAM:
        return check_stream(c, count);
    case RT_NODE_INNER:
        return check_inner(c, count);
    case RT_NODE_POINTER:
    case RT_NODE_LAST:
        break;
    }
    return damaged(c, "pointer from another process");
}

static int check_nodes(check *c) {
    c->is_in_nodes = true;
    int status = RT_OK;
    for (c->node = 0; c->node < c->node_count && !status; c->node++) {
        enter_part(c, NULL, 0);
        status = check_node(c);
    }
    return status;
}

static int check_roots(check *c) {
    int status = RT_OK;
    uint32_t count = c->root_count;
    for (uint32_t i = 0; !status && (i += run_of(c, count - i)) < count; i++) {
        c->part_number = i + 1;
        status = next_value(c);
    }
    return status;
}

/* ---- the whole --------------------------------------------------------- */

static int open_check(check *c, const void *bytes, size_t size,
                      size_t object_count, rt_error *err) {
    c->err = err;
    c->object_count = object_count;
    c->is_in_nodes = false;
    c->part_number = 0;
    c->roles = c->small_roles;
    rt_keyset_init(&c->keys);
    if (size > UINT32_MAX)
        return rt_error_set(err, RT_EDAMAGED, "message exceeds 4 GiB");

    rt_reader_init(&c->reader, bytes, size, err);
    int status = rt_reader_header(&c->reader, &c->root_count, &c->node_count);
    if (status) return status;
    c->reader.err = &c->found;
    if (c->node_count > SMALL_NODES) {
        c->roles = rt_calloc(c->node_count);
        return c->roles ? RT_OK : out_of_memory(c);
    }
    memset(c->small_roles, 0, sizeof c->small_roles);
    return RT_OK;
}

static void close_check(check *c) {
    if (c->roles != c->small_roles) rt_free(c->roles);
    rt_keyset_deinit(&c->keys);
}

static int check_message(const void *bytes, size_t size, size_t object_count,
                         bool is_inner, rt_error *err) {
    check c; /* mostly left as it is: a check of a small message is short */
    c.is_inner = is_inner;
    int status = open_check(&c, bytes, size, object_count, err);
    if (!status && is_inner && c.root_count != 1)
        status = rt_error_set(err, RT_EDAMAGED, "not one value");
    if (!status) status = check_roots(&c);
    if (!status) status = check_nodes(&c);
    if (!status && c.reader.at != c.reader.end)
        status = rt_error_set(err, RT_EDAMAGED,
                              "message goes on after its end at byte %zu",
                              (size_t)(c.reader.at - c.reader.start));
    close_check(&c);
    return status;
}

int rt_message_check(const void *bytes, size_t size, size_t object_count,
                     rt_error *err) {
    return check_message(bytes, size, object_count, false, err);
}
