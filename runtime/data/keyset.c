/* keyset.c */
#include "data/keyset.h"

#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

void rt_keyset_init(rt_keyset *keys) {
    keys->large = NULL;
    keys->large_count = 0;
    keys->is_seeded = false;
    static const uint64_t any[2] = RT_HASH_ANY_SEED;
    memcpy(keys->seed, any, sizeof any);
}

void rt_keyset_deinit(rt_keyset *keys) {
    rt_free(keys->large);
}

/* A float with the value of an integer is the same key as the integer. */
static rt_key float_key(double number) {
    if (number >= -0x1p63 && number < 0x1p63) {
        int64_t integer = (int64_t)number;
        if ((double)integer == number)
            return (rt_key){RT_TOKEN_INT, (uint64_t)integer, NULL, 0};
    }
    rt_key key = {RT_TOKEN_FLOAT, 0, NULL, 0};
    memcpy(&key.bits, &number, sizeof key.bits);
    return key;
}

rt_key rt_key_of(const rt_token *token) {
    rt_key key = {token->kind, 0, NULL, 0};
    switch (token->kind) {
    case RT_TOKEN_FLOAT:
        return float_key(token->as.number);
    case RT_TOKEN_STR:
        key.bytes = token->as.str.bytes;
        key.size = token->as.str.size;
        return key;
    case RT_TOKEN_INT:
        key.bits = (uint64_t)token->as.integer;
        return key;
    case RT_TOKEN_BOOL:
        key.bits = token->as.boolean;
        return key;
    case RT_TOKEN_NODE:
    case RT_TOKEN_OBJECT:
        key.bits = token->as.index;
        return key;
    case RT_TOKEN_NIL:
    case RT_TOKEN_BIN:
    case RT_TOKEN_ARRAY:
        break; /* no keys: refused before */
    }
    return key;
}

static bool is_same_key(const rt_key *a, const rt_key *b) {
    if (a->kind != b->kind) return false;
    if (a->kind != RT_TOKEN_STR) return a->bits == b->bits;
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static bool is_key_at(const rt_reader *whole, uint32_t offset,
                      const rt_key *key) {
    rt_reader reader = *whole;
    reader.at = reader.start + offset;
    rt_token token;
    (void)rt_reader_next(&reader, &token); /* succeeded before */
    rt_key other = rt_key_of(&token);
    return is_same_key(&other, key);
}

static uint64_t hash_key(const rt_keyset *keys, const rt_key *key) {
    if (key->kind == RT_TOKEN_STR)
        return rt_hash_bytes(keys->seed, key->bytes, key->size);
    return rt_hash_bits(keys->seed, key->bits);
}

static void seed_keys(rt_keyset *keys) {
    if (keys->is_seeded) return;
    keys->is_seeded = true;
    rt_hash_seed(keys->seed, keys);
}

static int grow(rt_keyset *keys, size_t slots) {
    rt_free(keys->large);
    keys->large_count = 0;
    keys->large = rt_alloc(slots * sizeof *keys->large);
    if (!keys->large) return RT_ENOMEMORY;
    keys->large_count = slots;
    return RT_OK;
}

int rt_keyset_open(rt_keyset *keys, uint32_t count) {
    size_t slots = RT_KEYSET_SMALL;
    while (slots / 2 < count) slots *= 2;
    keys->mask = (uint32_t)(slots - 1);
    keys->slots = keys->small;
    if (slots > RT_KEYSET_SMALL) {
        seed_keys(keys);
        if (slots > keys->large_count && grow(keys, slots)) return RT_ENOMEMORY;
        keys->slots = keys->large;
    }
    memset(keys->slots, 0, slots * sizeof *keys->slots);
    return RT_OK;
}

bool rt_keyset_add(rt_keyset *keys, const rt_reader *reader, const rt_key *key,
                   size_t offset) {
    uint64_t hash = hash_key(keys, key);
    uint32_t tag = (uint32_t)(hash >> 32);
    uint32_t i = (uint32_t)hash & keys->mask;
    for (; keys->slots[i].offset; i = (i + 1) & keys->mask)
        if (keys->slots[i].hash == tag &&
            is_key_at(reader, keys->slots[i].offset, key))
            return false;
    keys->slots[i].hash = tag;
    keys->slots[i].offset = (uint32_t)offset;
    return true;
}
