/* table.c - slots under a lock that is held for one operation.
 *
 * Whatever is replaced is freed after the lock is let go, since that may take
 * long. Every slot gets a new version from the table's clock when its value is
 * set; what is not there has the version of the last removal of anything, so
 * that a value which came and went is noticed too. */
#include "data/table_inside.h"

#include "base/alloc.h"
#include "base/status.h"
#include "data/call.h"

/* Sizes are told when they have changed by a quarter and so much more. */
enum { SLACK = 1024 };

static void table_free(rt_object *object) {
    rt_table *table = (rt_table *)object;
    rt_cycles_remove(object);
    rt_slots_deinit(&table->slots);
    rt_free(table);
}

static void table_look(rt_object *object, rt_look *look) {
    rt_table *table = (rt_table *)object;
    size_t position = 0;
    rt_item key;
    rt_slot *slot;
    rt_mutex_lock(&table->lock);
    if (look->see && table->holder_count > 0)
        while ((slot = rt_slots_next(&table->slots, &position, &key))) {
            rt_look_item(look, &key);
            rt_look_item(look, &slot->value);
        }
    look->changes = table->container.changes;
    rt_mutex_unlock(&table->lock);
}

static void table_clear(rt_object *object) {
    rt_table *table = (rt_table *)object;
    rt_mutex_lock(&table->lock);
    rt_slots slots = table->slots;
    rt_slots_init(&table->slots);
    table->holder_count = table->content_size = 0;
    rt_mutex_unlock(&table->lock);
    rt_slots_deinit(&slots);
}

static size_t table_size(rt_object *object) {
    rt_table *table = (rt_table *)object;
    return atomic_load_explicit(&table->size, memory_order_relaxed);
}

static void table_call(rt_object *object, rt_call *call);

static const rt_contents table_contents = {
    .container = offsetof(rt_table, container),
    .look = table_look,
    .clear = table_clear,
};

const rt_object_type rt_table_type = {
    .name = "Table",
    .kind = RT_KIND_TABLE,
    .free = table_free,
    .call = table_call,
    .size = table_size,
    .contents = &table_contents,
};

rt_table *rt_table_new_bare(void) {
    rt_table *table = rt_calloc(sizeof *table);
    if (!table) return NULL;
    rt_object_init(&table->object, &rt_table_type);
    rt_mutex_init(&table->lock);
    rt_slots_init(&table->slots);
    return table;
}

rt_table *rt_table_new(rt_cycles *cycles) {
    rt_table *table = rt_table_new_bare();
    if (table) rt_cycles_add(cycles, &table->object);
    return table;
}

/* ---- size ---- */

static bool is_worth_telling(size_t now, size_t reported) {
    size_t change = now > reported ? now - reported : reported - now;
    return change > SLACK + reported / 4;
}

ptrdiff_t rt_table_measure(rt_table *table) {
    size_t now = table->content_size + rt_slots_size(&table->slots);
    size_t before = table->container.size;
    atomic_store_explicit(&table->size, now, memory_order_relaxed);
    if (!is_worth_telling(now, before)) return 0;
    table->container.size = now;
    return (ptrdiff_t)(now - before);
}

static void count_in(rt_table *table, const rt_item *item) {
    table->content_size += rt_item_size(item);
    table->holder_count += rt_item_holds(item);
}

static void count_out(rt_table *table, const rt_item *item) {
    table->content_size -= rt_item_size(item);
    table->holder_count -= rt_item_holds(item);
}

/* ---- under the lock ---- */

/* Copies of objects, also in messages, are references handed out. */
static int get(rt_table *table, const rt_item *key, rt_item *value,
               uint64_t *version) {
    value->kind = RT_ITEM_NIL;
    const rt_slot *slot = rt_slots_find(&table->slots, key);
    *version = slot ? slot->version : table->absent;
    if (!slot) return RT_OK;
    if (slot->value.kind >= RT_ITEM_OBJECT) table->container.changes++;
    return rt_item_copy(value, &slot->value);
}

static void take_out(rt_table *table, rt_slot *slot, rt_item *old) {
    count_out(table, &slot->value);
    rt_item_move(old, &slot->value);
    slot->value.kind = RT_ITEM_NIL;
}

static void erase(rt_table *table, rt_slot *slot, rt_item old[2]) {
    take_out(table, slot, &old[0]);
    rt_slots_remove(&table->slots, slot, &old[1]);
    count_out(table, &old[1]);
    table->absent = ++table->clock;
}

int rt_table_put(rt_table *table, const rt_item *key, rt_item *value,
                 rt_item old[2]) {
    rt_slot *slot = rt_slots_find(&table->slots, key);
    table->container.changes++;
    if (value->kind == RT_ITEM_NIL) {
        if (slot) erase(table, slot, old);
        return RT_OK;
    }
    if (slot) {
        take_out(table, slot, &old[0]);
    } else {
        int status = rt_slots_add(&table->slots, key, &slot);
        if (status) return status;
        if (key->kind > RT_ITEM_TEXT) count_in(table, key);
    }
    count_in(table, value);
    rt_item_move(&slot->value, value);
    slot->version = ++table->clock;
    return RT_OK;
}

/* ---- operations ---- */

int rt_table_get(rt_table *table, const rt_item *key, rt_item *value,
                 uint64_t *version) {
    rt_item own_key;
    uint64_t unused;
    if (!version) version = &unused;
    *version = 0;
    value->kind = RT_ITEM_NIL;
    if (!rt_slots_key(key, &own_key)) return RT_OK;
    rt_mutex_lock(&table->lock);
    int status = get(table, &own_key, value, version);
    rt_mutex_unlock(&table->lock);
    return status;
}

/* `version` NULL: any will do. */
static int set(rt_table *table, const rt_item *key, const uint64_t *version,
               rt_item *value) {
    rt_item own_key;
    rt_item old[2] = {{.kind = RT_ITEM_NIL}, {.kind = RT_ITEM_NIL}};
    if (!rt_slots_key(key, &own_key)) return RT_ETYPE;
    rt_mutex_lock(&table->lock);
    int status = RT_OK;
    if (version) {
        const rt_slot *slot = rt_slots_find(&table->slots, &own_key);
        if (*version != (slot ? slot->version : table->absent))
            status = RT_ECHANGED;
    }
    if (status == RT_OK) status = rt_table_put(table, &own_key, value, old);
    ptrdiff_t change = rt_table_measure(table);
    rt_mutex_unlock(&table->lock);
    rt_item_clear(&old[0]);
    rt_item_clear(&old[1]);
    if (change) rt_cycles_account(table->container.cycles, change);
    return status;
}

int rt_table_set(rt_table *table, const rt_item *key, rt_item *value) {
    return set(table, key, NULL, value);
}

int rt_table_swap(rt_table *table, const rt_item *key, uint64_t version,
                  rt_item *value) {
    return set(table, key, &version, value);
}

size_t rt_table_length(rt_table *table) {
    rt_mutex_lock(&table->lock);
    size_t length = rt_slots_border(&table->slots);
    rt_mutex_unlock(&table->lock);
    return length;
}

/* ---- for other processes ---- */

enum { MOST_ARGUMENTS = 3 };

/* Each gets the arguments in `items`, and leaves its `count` results there. */

static int call_get(rt_table *table, rt_item *items, size_t *count) {
    rt_item value;
    int status = rt_table_get(table, &items[0], &value, NULL);
    rt_item_clear(&items[0]);
    rt_item_move(&items[0], &value);
    *count = 1;
    return status;
}

static int call_look(rt_table *table, rt_item *items, size_t *count) {
    uint64_t version;
    int status = rt_table_get(table, &items[0], &items[1], &version);
    rt_item_clear(&items[0]);
    items[0] = (rt_item){.kind = RT_ITEM_INT, .as.integer = (int64_t)version};
    *count = 2;
    return status;
}

static int call_set(rt_table *table, rt_item *items) {
    int status = rt_table_build(table->container.cycles, &items[1]);
    return status ? status : rt_table_set(table, &items[0], &items[1]);
}

static int call_swap(rt_table *table, rt_item *items, size_t *count) {
    if (items[1].kind != RT_ITEM_INT) return RT_ETYPE;
    uint64_t version = (uint64_t)items[1].as.integer;
    int status = rt_table_build(table->container.cycles, &items[2]);
    if (status) return status;
    if (items[2].kind == RT_ITEM_OBJECT)
        (void)rt_item_copy(&items[1], &items[2]);
    else
        items[1].kind = RT_ITEM_NIL;
    status = rt_table_swap(table, &items[0], version, &items[2]);
    rt_item_clear(&items[0]);
    rt_item_move(&items[0], &items[1]);
    items[1].kind = RT_ITEM_NIL;
    *count = 1;
    return status;
}

static size_t count_arguments(int operation) {
    switch (operation) {
    case RT_TABLE_GET:
    case RT_TABLE_LOOK:
        return 1;
    case RT_TABLE_SET:
        return 2;
    case RT_TABLE_SWAP:
        return 3;
    }
    return 0;
}

static bool is_key(const rt_item *item) {
    rt_item key;
    return rt_slots_key(item, &key);
}

static int carry_out(rt_table *table, int operation, rt_item *items,
                     size_t *count) {
    if (count_arguments(operation) > 0 && !is_key(&items[0])) return RT_ETYPE;
    switch (operation) {
    case RT_TABLE_GET:
        return call_get(table, items, count);
    case RT_TABLE_SET:
        return call_set(table, items);
    case RT_TABLE_LENGTH:
        items[0] = (rt_item){.kind = RT_ITEM_INT,
                             .as.integer = (int64_t)rt_table_length(table)};
        *count = 1;
        return RT_OK;
    case RT_TABLE_LOOK:
        return call_look(table, items, count);
    case RT_TABLE_SWAP:
        return call_swap(table, items, count);
    }
    return RT_EUSAGE;
}

static void table_call(rt_object *object, rt_call *call) {
    rt_table *table = (rt_table *)object;
    rt_item items[MOST_ARGUMENTS];
    for (int i = 0; i < MOST_ARGUMENTS; i++) items[i].kind = RT_ITEM_NIL;
    rt_message *arguments = call->arguments, *result = NULL;
    call->arguments = NULL;
    if (call->operation == RT_TABLE_ALL) {
        rt_message_free(arguments);
        int status = rt_table_encode(table, &result);
        call->reply(call, status, result);
        return;
    }
    size_t count = 0;
    int status =
        rt_items_decode(items, count_arguments(call->operation), arguments);
    if (status == RT_OK)
        status = carry_out(table, call->operation, items, &count);
    if (status == RT_OK && count > 0)
        status = rt_items_encode(items, count, &result);
    for (int i = 0; i < MOST_ARGUMENTS; i++) rt_item_clear(&items[i]);
    call->reply(call, status, result);
}
