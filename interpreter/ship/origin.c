/* origin.c - a tree of keys, each node made once and found again by hash.
 *
 * Nodes are never removed. A parent is made before its children, so walking
 * to the root ends. */
#include "ship/origin.h"

#include <string.h>

#include "base/alloc.h"
#include "base/status.h"

enum {
    FIRST_NODE = 2, /* after ORIGIN_UNKNOWN and ORIGIN_SHARED */
    FIRST_CAPACITY = 32,
    MAX_CAPACITY = 1 << 30
};

typedef enum { NODE_UPVALUE, NODE_STRING, NODE_FIELD } node_kind;

struct origin_node {
    node_kind kind;
    uint32_t from; /* NODE_UPVALUE: its index; NODE_FIELD: the parent */
    const host_constant *key; /* NULL: computed, or NODE_UPVALUE */
    uint32_t hash;
    int depth;        /* number of keys */
    bool is_computed; /* some key is */
    bool was_read;
};

void host_origins_init(host_origins *all) {
    *all = (host_origins){0};
}

void host_origins_deinit(host_origins *all) {
    rt_free(all->nodes);
    rt_free(all->slots);
    host_origins_init(all);
}

static origin_node *node_of(const host_origins *all, host_origin origin) {
    return origin < FIRST_NODE ? NULL : &all->nodes[origin - FIRST_NODE];
}

static bool is_same(const origin_node *a, const origin_node *b) {
    if (a->hash != b->hash || a->kind != b->kind || a->from != b->from ||
        !a->key != !b->key)
        return false;
    if (!a->key || a->key == b->key) return true;
    host_text x = a->key->text, y = b->key->text;
    return x.size == y.size && memcmp(x.bytes, y.bytes, x.size) == 0;
}

/* The slot that holds an equal node, or the free one it belongs to. */
static uint32_t *find_slot(const host_origins *all, const origin_node *node) {
    uint32_t mask = all->capacity * 2 - 1;
    uint32_t at = node->hash & mask;
    while (all->slots[at] && !is_same(node_of(all, all->slots[at]), node))
        at = (at + 1) & mask;
    return &all->slots[at];
}

static int grow(host_origins *all) {
    uint32_t capacity = all->capacity ? all->capacity * 2 : FIRST_CAPACITY;
    if (capacity > MAX_CAPACITY) return RT_ENOMEMORY;
    uint32_t *slots = rt_calloc((size_t)capacity * 2 * sizeof *slots);
    origin_node *nodes = rt_realloc(all->nodes, capacity * sizeof *nodes);
    if (nodes) all->nodes = nodes;
    if (!slots || !nodes) {
        rt_free(slots);
        return RT_ENOMEMORY;
    }
    rt_free(all->slots);
    all->slots = slots;
    all->capacity = capacity;
    for (uint32_t n = 0; n < all->count; n++)
        *find_slot(all, &nodes[n]) = n + FIRST_NODE;
    return RT_OK;
}

/* Multiplies by odd numbers and folds, so that neighbours spread. */
static uint32_t hash_node(const origin_node *node) {
    uint32_t hash = (uint32_t)node->kind + node->from * 2654435761u;
    if (node->key) hash ^= node->key->hash;
    hash *= 2246822519u;
    return hash ^ hash >> 15;
}

static host_origin find_or_add(host_origins *all, origin_node node) {
    if (!all->status && all->count == all->capacity) all->status = grow(all);
    if (all->status) return ORIGIN_UNKNOWN;
    node.hash = hash_node(&node);
    uint32_t *slot = find_slot(all, &node);
    if (*slot == 0) {
        all->nodes[all->count] = node;
        *slot = all->count++ + FIRST_NODE;
    }
    return *slot;
}

host_origin host_origin_upvalue(host_origins *all, int upvalue) {
    return find_or_add(
        all, (origin_node){.kind = NODE_UPVALUE, .from = (uint32_t)upvalue});
}

host_origin host_origin_string(host_origins *all, const host_constant *text) {
    return find_or_add(all, (origin_node){.kind = NODE_STRING, .key = text});
}

host_origin host_origin_field(host_origins *all, host_origin table,
                              const host_constant *key) {
    const origin_node *parent = node_of(all, table);
    if (!parent || parent->kind == NODE_STRING) return ORIGIN_UNKNOWN;
    if (parent->depth == HOST_PATH_KEYS) return ORIGIN_UNKNOWN;
    return find_or_add(
        all, (origin_node){.kind = NODE_FIELD,
                           .from = table,
                           .key = key,
                           .depth = parent->depth + 1,
                           .is_computed = parent->is_computed || !key});
}

const host_constant *host_origin_text(const host_origins *all,
                                      host_origin origin) {
    const origin_node *node = node_of(all, origin);
    return node && node->kind == NODE_STRING ? node->key : NULL;
}

bool host_origin_path(const host_origins *all, host_origin origin,
                      host_path *path) {
    const origin_node *node = node_of(all, origin);
    if (!node || node->kind == NODE_STRING) return false;
    *path = (host_path){.key_count = node->depth};
    for (; node->kind == NODE_FIELD; node = node_of(all, node->from)) {
        if (node->key) path->keys[node->depth - 1] = node->key->text;
    }
    path->upvalue = (int)node->from;
    return true;
}

bool host_origin_is_new_read(host_origins *all, host_origin origin) {
    origin_node *node = node_of(all, origin);
    if (!node || node->kind != NODE_FIELD) return false;
    if (node->is_computed || node->was_read) return false;
    node->was_read = true;
    return true;
}
