/* slots.c - an array, and a hash table with linear probing.
 *
 * The array grows by the element behind its end, if three quarters of it are
 * in use; what the hash table has of the new part moves over. When less than
 * an eighth of it is left in use, all behind the largest well-used part moves
 * into the hash table. So a queue that is filled at one end and emptied at the
 * other does not grow.
 *
 * In the hash table a removal closes the gap by moving back what stands behind
 * it, so there are no marks of removed keys, and a probe ends at the first
 * free place. */
#include "data/slots.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/status.h"

enum {
    FIRST_SIZE = 4,
    WORTH_SHRINKING = 64, /* places */
    WORTH_A_SEED = 64
};

void rt_slots_init(rt_slots *slots) {
    static const uint64_t any[2] = RT_HASH_ANY_SEED;
    *slots = (rt_slots){.array = NULL};
    memcpy(slots->seed, any, sizeof any);
}

void rt_slots_deinit(rt_slots *slots) {
    for (size_t i = 0; i < slots->array_size; i++)
        rt_item_clear(&slots->array[i].value);
    for (size_t i = 0; i < slots->pair_size; i++) {
        rt_item_clear(&slots->pairs[i].slot.value);
        rt_item_clear(&slots->pairs[i].key);
    }
    rt_free(slots->array);
    rt_free(slots->pairs);
}

/* ---- keys ---- */

static bool float_key(double number, rt_item *key) {
    if (number != number) return false;
    *key = (rt_item){.kind = RT_ITEM_FLOAT, .as.number = number};
    if (number >= -0x1p63 && number < 0x1p63 &&
        (double)(int64_t)number == number)
        *key = (rt_item){.kind = RT_ITEM_INT, .as.integer = (int64_t)number};
    return true;
}

bool rt_slots_key(const rt_item *from, rt_item *key) {
    if (from->kind == RT_ITEM_FLOAT) return float_key(from->as.number, key);
    *key = *from;
    return from->kind != RT_ITEM_NIL && from->kind != RT_ITEM_MESSAGE;
}

static uint64_t hash_key(const rt_slots *slots, const rt_item *key) {
    uint64_t bits = 0;
    switch ((rt_item_kind)key->kind) {
    case RT_ITEM_BOOL:
        return rt_hash_bits(slots->seed, key->as.boolean);
    case RT_ITEM_INT:
        return rt_hash_bits(slots->seed, (uint64_t)key->as.integer);
    case RT_ITEM_FLOAT:
        memcpy(&bits, &key->as.number, sizeof bits);
        return rt_hash_bits(slots->seed, bits);
    case RT_ITEM_TEXT:
        return rt_hash_bytes(slots->seed, key->as.text, key->size);
    case RT_ITEM_STRING:
        return rt_hash_bytes(slots->seed, key->as.string.bytes,
                             key->as.string.size);
    case RT_ITEM_OBJECT:
        return rt_hash_bits(slots->seed, (uint64_t)(uintptr_t)key->as.object);
    case RT_ITEM_NIL:
    case RT_ITEM_MESSAGE:
        break; /* no keys */
    }
    return bits;
}

static bool is_in_array(const rt_slots *slots, const rt_item *key) {
    return key->kind == RT_ITEM_INT &&
           (uint64_t)key->as.integer - 1 < slots->array_size;
}

static rt_item integer_key(size_t number) {
    return (rt_item){.kind = RT_ITEM_INT, .as.integer = (int64_t)number};
}

/* ---- the hash table ---- */

static bool is_free(const rt_pair *pair) {
    return pair->key.kind == RT_ITEM_NIL;
}

static rt_pair *find_pair(const rt_slots *slots, const rt_item *key) {
    if (slots->pair_count == 0) return NULL;
    uint64_t hash = hash_key(slots, key);
    size_t mask = slots->pair_size - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        rt_pair *pair = &slots->pairs[i];
        if (is_free(pair)) return NULL;
        if (pair->hash == hash && rt_item_same(&pair->key, key)) return pair;
    }
}

/* The place for a key that is not there; there is a free one. */
static rt_pair *place_for(const rt_slots *slots, uint64_t hash) {
    size_t mask = slots->pair_size - 1;
    size_t i = hash & mask;
    while (!is_free(&slots->pairs[i])) i = (i + 1) & mask;
    return &slots->pairs[i];
}

static void seed(rt_slots *slots) {
    slots->is_seeded = true;
    rt_hash_seed(slots->seed, slots);
    for (size_t i = 0; i < slots->pair_size; i++)
        if (!is_free(&slots->pairs[i]))
            slots->pairs[i].hash = hash_key(slots, &slots->pairs[i].key);
}

static int resize_pairs(rt_slots *slots, size_t size) {
    if (size > SIZE_MAX / sizeof(rt_pair)) return RT_ENOMEMORY;
    rt_pair *pairs = rt_calloc(size * sizeof *pairs);
    if (!pairs) return RT_ENOMEMORY;
    if (size >= WORTH_A_SEED && !slots->is_seeded) seed(slots);
    rt_slots old = *slots;
    slots->pairs = pairs;
    slots->pair_size = size;
    for (size_t i = 0; i < old.pair_size; i++)
        if (!is_free(&old.pairs[i]))
            *place_for(slots, old.pairs[i].hash) = old.pairs[i];
    rt_free(old.pairs);
    return RT_OK;
}

/* Half of the places are in use at first, and five eighths at most. */
static size_t places_for(size_t count) {
    size_t size = FIRST_SIZE;
    while (size / 2 < count) size *= 2;
    return size;
}

static int reserve_pairs(rt_slots *slots, size_t count) {
    if (count <= slots->pair_size - slots->pair_size * 3 / 8) return RT_OK;
    return resize_pairs(slots, places_for(count));
}

static void shrink_pairs(rt_slots *slots) {
    if (slots->pair_size < WORTH_SHRINKING ||
        slots->pair_count >= slots->pair_size / 8)
        return;
    /* Without memory it stays large. */
    (void)resize_pairs(slots, places_for(slots->pair_count));
}

static int add_pair(rt_slots *slots, const rt_item *key, rt_slot **slot) {
    rt_item copy;
    int status = reserve_pairs(slots, slots->pair_count + 1);
    if (status == RT_OK) status = rt_item_copy(&copy, key);
    if (status) return status;
    uint64_t hash = hash_key(slots, key);
    rt_pair *pair = place_for(slots, hash);
    *pair = (rt_pair){.key = copy, .hash = hash};
    slots->pair_count++;
    *slot = &pair->slot;
    return RT_OK;
}

/* Closes the gap at place i. */
static void close_gap(rt_slots *slots, size_t i) {
    size_t mask = slots->pair_size - 1;
    for (size_t j = (i + 1) & mask; !is_free(&slots->pairs[j]);
         j = (j + 1) & mask) {
        /* Whether the one at j may stand at i: not before its own place. */
        size_t home = slots->pairs[j].hash & mask;
        if (((j - home) & mask) < ((j - i) & mask)) continue;
        slots->pairs[i] = slots->pairs[j];
        i = j;
    }
    slots->pairs[i] = (rt_pair){.key = {.kind = RT_ITEM_NIL}};
    slots->pair_count--;
}

/* ---- the array ---- */

static int resize_array(rt_slots *slots, size_t size) {
    if (size > SIZE_MAX / sizeof(rt_slot)) return RT_ENOMEMORY;
    rt_slot *array = rt_realloc(slots->array, size * sizeof *array);
    if (!array) return RT_ENOMEMORY;
    for (size_t i = slots->array_size; i < size; i++)
        array[i] = (rt_slot){.value = {.kind = RT_ITEM_NIL}};
    slots->array = array;
    slots->array_size = size;
    return RT_OK;
}

int rt_slots_reserve(rt_slots *slots, size_t array_size) {
    assert(slots->array_size == 0 && slots->pair_count == 0);
    return array_size > 0 ? resize_array(slots, array_size) : RT_OK;
}

/* Moves elements first + 1 to last from the hash table into the array. */
static void fetch_pairs(rt_slots *slots, size_t first, size_t last) {
    for (size_t i = first; i < last && slots->pair_count > 0; i++) {
        rt_item key = integer_key(i + 1);
        rt_pair *pair = find_pair(slots, &key);
        if (!pair) continue;
        slots->array[i] = pair->slot;
        slots->array_used++;
        close_gap(slots, (size_t)(pair - slots->pairs));
    }
}

static bool is_well_used(const rt_slots *slots) {
    return slots->array_used >= slots->array_size - slots->array_size / 4;
}

static int grow_array(rt_slots *slots) {
    size_t before = slots->array_size;
    size_t size = before ? before * 2 : FIRST_SIZE;
    int status = resize_array(slots, size);
    if (status) return status;
    fetch_pairs(slots, before, size);
    shrink_pairs(slots);
    return RT_OK;
}

/* The element behind the end was added to the array, which may join it to
 * others that were added before. If there is no memory they stay. */
static void join_array(rt_slots *slots) {
    while (is_well_used(slots)) {
        rt_item next = integer_key(slots->array_size + 1);
        if (!find_pair(slots, &next) || grow_array(slots)) return;
    }
}

/* The largest power of two such that more than half of the elements up to
 * there are in use. */
static size_t well_used_size(const rt_slots *slots) {
    size_t best = 0, used = 0, i = 0;
    for (size_t size = 1; size <= slots->array_size; size *= 2) {
        for (; i < size; i++) used += slots->array[i].value.kind != RT_ITEM_NIL;
        if (used > size / 2) best = size;
    }
    return best;
}

static void move_to_pairs(rt_slots *slots, size_t first) {
    for (size_t i = first; i < slots->array_size; i++) {
        if (slots->array[i].value.kind == RT_ITEM_NIL) continue;
        rt_item key = integer_key(i + 1);
        uint64_t hash = hash_key(slots, &key);
        *place_for(slots, hash) =
            (rt_pair){.slot = slots->array[i], .key = key, .hash = hash};
        slots->pair_count++;
        slots->array_used--;
    }
}

static void shrink_array(rt_slots *slots) {
    if (slots->array_size < WORTH_SHRINKING ||
        slots->array_used >= slots->array_size / 8)
        return;
    size_t size = well_used_size(slots);
    if (reserve_pairs(slots, slots->pair_count + slots->array_used)) return;
    move_to_pairs(slots, size);
    slots->array_size = size;
    if (slots->border > size) slots->border = 0;
    if (size == 0) {
        rt_free(slots->array);
        slots->array = NULL;
        return;
    }
    rt_slot *array = rt_realloc(slots->array, size * sizeof *array);
    if (array) slots->array = array; /* else the block stays large */
}

/* ---- both ---- */

rt_slot *rt_slots_find(const rt_slots *slots, const rt_item *key) {
    if (is_in_array(slots, key)) {
        rt_slot *slot = &slots->array[key->as.integer - 1];
        return slot->value.kind == RT_ITEM_NIL ? NULL : slot;
    }
    rt_pair *pair = find_pair(slots, key);
    return pair ? &pair->slot : NULL;
}

static bool is_behind_array(const rt_slots *slots, const rt_item *key) {
    return key->kind == RT_ITEM_INT &&
           (uint64_t)key->as.integer - 1 == slots->array_size;
}

int rt_slots_add(rt_slots *slots, const rt_item *key, rt_slot **slot) {
    bool grows = is_behind_array(slots, key) && is_well_used(slots);
    if (grows) {
        int status = grow_array(slots);
        if (status) return status;
    }
    if (!is_in_array(slots, key)) return add_pair(slots, key, slot);
    size_t index = (size_t)key->as.integer - 1;
    slots->array_used++;
    if (grows) join_array(slots); /* may move the array */
    *slot = &slots->array[index];
    return RT_OK;
}

void rt_slots_remove(rt_slots *slots, rt_slot *slot, rt_item *old_key) {
    assert(slot->value.kind == RT_ITEM_NIL);
    old_key->kind = RT_ITEM_NIL;
    if (slot >= slots->array && slot < slots->array + slots->array_size) {
        slots->array_used--;
        shrink_array(slots);
        return;
    }
    rt_pair *pair = (rt_pair *)(void *)slot; /* its first part */
    rt_item_move(old_key, &pair->key);
    close_gap(slots, (size_t)(pair - slots->pairs));
    shrink_pairs(slots);
}

rt_slot *rt_slots_next(const rt_slots *slots, size_t *position, rt_item *key) {
    for (; *position < slots->array_size; (*position)++) {
        rt_slot *slot = &slots->array[*position];
        if (slot->value.kind == RT_ITEM_NIL) continue;
        *key = integer_key(++*position);
        return slot;
    }
    for (; *position - slots->array_size < slots->pair_size; (*position)++) {
        rt_pair *pair = &slots->pairs[*position - slots->array_size];
        if (is_free(pair)) continue;
        *key = pair->key;
        ++*position;
        return &pair->slot;
    }
    return NULL;
}

/* ---- the border ---- */

static bool has(const rt_slots *slots, size_t number) {
    rt_item key = integer_key(number);
    return rt_slots_find(slots, &key) != NULL;
}

static bool is_border(const rt_slots *slots, size_t number) {
    return (number == 0 || has(slots, number)) && !has(slots, number + 1);
}

/* Between `low`, which is 0 or there, and `high`, which is not. */
static size_t search_border(const rt_slots *slots, size_t low, size_t high) {
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (has(slots, middle))
            low = middle;
        else
            high = middle;
    }
    return low;
}

static size_t find_border(const rt_slots *slots) {
    size_t size = slots->array_size;
    if (size > 0 && !has(slots, size)) return search_border(slots, 0, size);
    size_t low = size, high = size + 1;
    while (has(slots, high)) {
        low = high;
        if (high > INT64_MAX / 2) return low;
        high *= 2;
    }
    return search_border(slots, low, high);
}

/* Mostly the same as before, or one more or less. */
size_t rt_slots_border(rt_slots *slots) {
    size_t before = slots->border;
    if (is_border(slots, before)) return before;
    if (is_border(slots, before + 1)) return slots->border = before + 1;
    if (before > 0 && is_border(slots, before - 1))
        return slots->border = before - 1;
    return slots->border = find_border(slots);
}
