/* idmap.c - chained hashing. Growing is an improvement that may be skipped,
 * which is why insertion cannot fail. */
#include "ipc/idmap.h"

#include <assert.h>

#include "base/alloc.h"

enum { FIRST_BUCKETS = 8 };

void rt_idmap_init(rt_idmap *map) {
    *map = (rt_idmap){.bucket_count = FIRST_BUCKETS};
    map->buckets = map->first;
}

void rt_idmap_deinit(rt_idmap *map) {
    assert(map->count == 0);
    if (map->buckets != map->first) rt_free(map->buckets);
    rt_idmap_init(map);
}

static rt_idnode **bucket_of(const rt_idmap *map, uint64_t id) {
    /* Multiplying spreads what differs only in its low or high bits. */
    uint64_t hash = id * UINT64_C(0x9E3779B97F4A7C15);
    return &map->buckets[(hash >> 32) & (map->bucket_count - 1)];
}

static void link_node(rt_idmap *map, rt_idnode *node) {
    rt_idnode **bucket = bucket_of(map, node->id);
    node->next = *bucket;
    *bucket = node;
}

/* Turns a chain around, so that relinking it keeps the newest first. */
static rt_idnode *reversed(rt_idnode *node) {
    rt_idnode *out = NULL;
    while (node) {
        rt_idnode *next = node->next;
        node->next = out;
        out = node;
        node = next;
    }
    return out;
}

static void grow(rt_idmap *map) {
    size_t old_count = map->bucket_count;
    if (old_count > SIZE_MAX / 8 / sizeof *map->buckets) return;
    rt_idnode **buckets = rt_calloc(old_count * 4 * sizeof *buckets);
    if (!buckets) return;
    rt_idnode **old = map->buckets;
    map->buckets = buckets;
    map->bucket_count = old_count * 4;
    for (size_t i = 0; i < old_count; i++) {
        rt_idnode *next;
        for (rt_idnode *node = reversed(old[i]); node; node = next) {
            next = node->next;
            link_node(map, node);
        }
    }
    if (old != map->first) rt_free(old);
}

void rt_idmap_insert(rt_idmap *map, rt_idnode *node, uint64_t id) {
    if (map->count >= map->bucket_count * 2) grow(map);
    node->id = id;
    link_node(map, node);
    map->count++;
}

static rt_idnode *find_from(rt_idnode *node, uint64_t id) {
    while (node && node->id != id) node = node->next;
    return node;
}

rt_idnode *rt_idmap_find(const rt_idmap *map, uint64_t id) {
    return find_from(*bucket_of(map, id), id);
}

rt_idnode *rt_idmap_older(const rt_idnode *node) {
    return find_from(node->next, node->id);
}

void rt_idmap_remove(rt_idmap *map, rt_idnode *node) {
    rt_idnode **at = bucket_of(map, node->id);
    while (*at != node) at = &(*at)->next;
    *at = node->next;
    map->count--;
}

rt_idnode *rt_idmap_pop(rt_idmap *map) {
    for (size_t i = 0; map->count > 0 && i < map->bucket_count; i++) {
        rt_idnode *node = map->buckets[i];
        if (!node) continue;
        map->buckets[i] = node->next;
        map->count--;
        return node;
    }
    return NULL;
}
