/* sorted.c - a binary heap of entries, and two queues of waiters.
 *
 * Under the lock these hold: who gets waits only while the heap is empty; who
 * puts waits only while it is full. So whoever takes an entry out puts that of
 * the oldest who waits into the heap, and whoever comes with one gives it to
 * the oldest who waits for one, for which it is the first there is. */
#include "sync/sorted.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mutex.h"
#include "data/call.h"
#include "data/cycles.h"
#include "sync/queue.h"

struct rt_sorted {
    rt_object object;
    size_t capacity;
    bool is_newest_first;
    rt_mutex lock; /* guards all below, and what the lists hold */
    bool is_closed;
    rt_entry *heap; /* entry i is before 2i + 1 and 2i + 2 */
    size_t heap_size;
    size_t count;
    atomic_size_t bytes; /* the heap and what is in it; read without the lock */
    uint64_t last_age;
    rt_list putters; /* slot: the entry */
    rt_list getters; /* slot: where the value goes */
    rt_container container;
};

static void clear_entry(rt_entry *entry) {
    rt_item_clear(&entry->key);
    rt_item_clear(&entry->value);
}

static size_t get_bytes(const rt_sorted *sorted) {
    return atomic_load_explicit(&sorted->bytes, memory_order_relaxed);
}

static void set_bytes(rt_sorted *sorted, size_t bytes) {
    atomic_store_explicit(&sorted->bytes, bytes, memory_order_relaxed);
}

static size_t entry_bytes(const rt_entry *entry) {
    return rt_item_size(&entry->key) + rt_item_size(&entry->value);
}

/* More is in the heap, or it is larger. */
static void add_bytes(rt_sorted *sorted, size_t bytes) {
    bytes += get_bytes(sorted);
    set_bytes(sorted, bytes);
    rt_container_grow(&sorted->container, bytes);
}

static void sorted_clear(rt_object *object) {
    rt_sorted *sorted = (rt_sorted *)object;
    rt_mutex_lock(&sorted->lock);
    rt_entry *heap = sorted->heap;
    size_t count = sorted->count;
    sorted->heap = NULL;
    sorted->heap_size = sorted->count = 0;
    set_bytes(sorted, 0);
    rt_mutex_unlock(&sorted->lock);
    for (size_t i = 0; i < count; i++) clear_entry(&heap[i]);
    rt_free(heap);
}

static void sorted_free(rt_object *object) {
    rt_sorted *sorted = (rt_sorted *)object;
    assert(rt_list_empty(&sorted->putters));
    assert(rt_list_empty(&sorted->getters));
    rt_cycles_remove(object);
    sorted_clear(object);
    rt_free(sorted);
}

static void sorted_look(rt_object *object, rt_look *look) {
    rt_sorted *sorted = (rt_sorted *)object;
    rt_mutex_lock(&sorted->lock);
    for (size_t i = 0; i < sorted->count; i++)
        rt_look_item(look, &sorted->heap[i].value);
    look->changes = sorted->container.changes;
    rt_container_resize(&sorted->container, get_bytes(sorted));
    rt_mutex_unlock(&sorted->lock);
}

static size_t sorted_size(rt_object *object) {
    return get_bytes((rt_sorted *)object);
}

static void sorted_call(rt_object *object, rt_call *call);

static const rt_contents sorted_contents = {
    .container = offsetof(rt_sorted, container),
    .look = sorted_look,
    .clear = sorted_clear,
};

const rt_object_type rt_sorted_type = {
    .name = "SortedQueue",
    .kind = RT_KIND_SORTED,
    .free = sorted_free,
    .call = sorted_call,
    .size = sorted_size,
    .contents = &sorted_contents,
};

rt_sorted *rt_sorted_new(size_t capacity, bool is_newest_first) {
    assert(capacity > 0);
    rt_sorted *sorted = rt_calloc(sizeof *sorted);
    if (!sorted) return NULL;
    rt_object_init(&sorted->object, &rt_sorted_type);
    sorted->capacity = capacity;
    sorted->is_newest_first = is_newest_first;
    rt_mutex_init(&sorted->lock);
    rt_list_init(&sorted->putters);
    rt_list_init(&sorted->getters);
    return sorted;
}

/* ---- order ---- */

static int compare_strings(const rt_item *a, const rt_item *b) {
    size_t a_size, b_size;
    const char *a_bytes = rt_item_bytes(a, &a_size);
    const char *b_bytes = rt_item_bytes(b, &b_size);
    int order = memcmp(a_bytes, b_bytes, a_size < b_size ? a_size : b_size);
    if (order != 0) return order;
    return (a_size > b_size) - (a_size < b_size);
}

static double to_number(const rt_item *item) {
    return item->kind == RT_ITEM_INT ? (double)item->as.integer
                                     : item->as.number;
}

static int compare_numbers(const rt_item *a, const rt_item *b) {
    if (a->kind == RT_ITEM_INT && b->kind == RT_ITEM_INT)
        return (a->as.integer > b->as.integer) -
               (a->as.integer < b->as.integer);
    double first = to_number(a), second = to_number(b);
    return (first > second) - (first < second);
}

static bool is_number(const rt_item *item) {
    return item->kind == RT_ITEM_INT || item->kind == RT_ITEM_FLOAT;
}

static int compare_keys(const rt_item *a, const rt_item *b) {
    if (is_number(a) != is_number(b)) return is_number(a) ? -1 : 1;
    return is_number(a) ? compare_numbers(a, b) : compare_strings(a, b);
}

static bool is_before(const rt_sorted *sorted, const rt_entry *a,
                      const rt_entry *b) {
    if (sorted->is_newest_first) return a->age > b->age;
    int order = compare_keys(&a->key, &b->key);
    return order != 0 ? order < 0 : a->age < b->age;
}

/* ---- the heap ---- */

static int grow(rt_sorted *sorted) {
    size_t size = sorted->heap_size ? sorted->heap_size * 2 : 8;
    if (size > SIZE_MAX / sizeof(rt_entry)) return RT_ENOMEMORY;
    rt_entry *heap = rt_realloc(sorted->heap, size * sizeof *heap);
    if (!heap) return RT_ENOMEMORY;
    add_bytes(sorted, (size - sorted->heap_size) * sizeof *heap);
    sorted->heap = heap;
    sorted->heap_size = size;
    return RT_OK;
}

/* Takes what `entry` owns, unless there is no memory. */
static int push(rt_sorted *sorted, rt_entry *entry) {
    if (sorted->count == sorted->heap_size && grow(sorted) != RT_OK)
        return RT_ENOMEMORY;
    rt_entry *heap = sorted->heap;
    entry->age = ++sorted->last_age;
    size_t at = sorted->count++;
    for (; at > 0 && is_before(sorted, entry, &heap[(at - 1) / 2]);
         at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = *entry;
    if (entry_bytes(entry) > 0) add_bytes(sorted, entry_bytes(entry));
    entry->key.kind = entry->value.kind = RT_ITEM_NIL;
    sorted->container.changes++;
    return RT_OK;
}

/* The place for `entry` below `at`, which is free, and above those behind. */
static void sift_down(rt_sorted *sorted, size_t at, const rt_entry *entry) {
    rt_entry *heap = sorted->heap;
    for (size_t next; (next = 2 * at + 1) < sorted->count; at = next) {
        if (next + 1 < sorted->count &&
            is_before(sorted, &heap[next + 1], &heap[next]))
            next++;
        if (!is_before(sorted, &heap[next], entry)) break;
        heap[at] = heap[next];
    }
    heap[at] = *entry;
}

/* The key is left to the caller. */
static rt_item pop(rt_sorted *sorted, rt_item *value) {
    assert(sorted->count > 0);
    rt_item key = sorted->heap[0].key;
    set_bytes(sorted, get_bytes(sorted) - entry_bytes(&sorted->heap[0]));
    rt_item_move(value, &sorted->heap[0].value);
    rt_entry last = sorted->heap[--sorted->count];
    if (sorted->count > 0) sift_down(sorted, 0, &last);
    sorted->container.changes++;
    return key;
}

/* ---- waiters ---- */

static void withdraw(rt_waiter *waiter) {
    rt_sorted *sorted = waiter->object;
    rt_mutex_lock(&sorted->lock);
    rt_list_unlink(&waiter->link);
    rt_mutex_unlock(&sorted->lock);
}

static int park(rt_sorted *sorted, rt_list *queue, rt_waiter *waiter,
                void *slot) {
    rt_waiter_park(waiter, sorted, withdraw);
    waiter->slot = slot;
    rt_list_push(queue, &waiter->link);
    return RT_PENDING;
}

/* ---- operations ---- */

static int put_locked(rt_sorted *sorted, rt_entry *entry, rt_waiter *waiter,
                      rt_waiter **getter) {
    if (sorted->is_closed) return RT_ECLOSED;
    *getter = rt_queue_claim(&sorted->getters);
    if (*getter) {
        rt_item_move((*getter)->slot, &entry->value);
        return RT_OK;
    }
    if (sorted->count < sorted->capacity) return push(sorted, entry);
    if (!waiter) return RT_EFULL;
    return park(sorted, &sorted->putters, waiter, entry);
}

int rt_sorted_put(rt_sorted *sorted, rt_entry *entry, rt_waiter *waiter,
                  rt_loop *here) {
    rt_waiter *getter = NULL;
    rt_mutex_lock(&sorted->lock);
    int status = put_locked(sorted, entry, waiter, &getter);
    rt_mutex_unlock(&sorted->lock);
    rt_queue_complete(getter, RT_OK, here);
    if (status == RT_OK) rt_cycles_check(sorted->container.cycles);
    if (status == RT_OK) clear_entry(entry); /* the key, if it was no use */
    return status;
}

static int get_locked(rt_sorted *sorted, rt_item *item, rt_waiter *waiter,
                      rt_waiter **putter, rt_item *key) {
    if (sorted->count > 0) {
        *key = pop(sorted, item);
        *putter = rt_queue_claim(&sorted->putters);
        /* Into the place that has just become free: it cannot fail. */
        if (*putter) (void)push(sorted, (*putter)->slot);
        return RT_OK;
    }
    if (sorted->is_closed) return RT_ECLOSED;
    if (!waiter) return RT_EEMPTY;
    return park(sorted, &sorted->getters, waiter, item);
}

int rt_sorted_get(rt_sorted *sorted, rt_item *item, rt_waiter *waiter,
                  rt_loop *here) {
    rt_waiter *putter = NULL;
    rt_item key = {.kind = RT_ITEM_NIL};
    rt_mutex_lock(&sorted->lock);
    int status = get_locked(sorted, item, waiter, &putter, &key);
    rt_mutex_unlock(&sorted->lock);
    rt_queue_complete(putter, RT_OK, here);
    rt_item_clear(&key);
    return status;
}

void rt_sorted_close(rt_sorted *sorted, rt_loop *here) {
    rt_list done;
    rt_list_init(&done);
    rt_mutex_lock(&sorted->lock);
    sorted->is_closed = true;
    rt_queue_claim_all(&sorted->putters, &done);
    rt_queue_claim_all(&sorted->getters, &done);
    rt_mutex_unlock(&sorted->lock);
    rt_queue_complete_all(&done, RT_ECLOSED, here);
}

size_t rt_sorted_count(rt_sorted *sorted) {
    rt_mutex_lock(&sorted->lock);
    size_t count = sorted->count;
    rt_mutex_unlock(&sorted->lock);
    return count;
}

/* ---- for other processes ---- */

/* An operation that may wait: what it passes, in `entry.value`. */
typedef struct errand {
    rt_entry entry;
    bool is_get;
} errand;

static void finish_errand(rt_call *call, errand *work, int status) {
    rt_message *result = NULL;
    if (status == RT_OK && work->is_get)
        status = rt_items_encode(&work->entry.value, 1, &result);
    clear_entry(&work->entry);
    rt_free(work);
    call->reply(call, status, result);
}

static void on_put(rt_waiter *waiter) {
    errand *work = rt_container_of((rt_entry *)waiter->slot, errand, entry);
    finish_errand(rt_container_of(waiter, rt_call, waiter), work,
                  waiter->status);
}

static void on_got(rt_waiter *waiter) {
    errand *work =
        rt_container_of((rt_item *)waiter->slot, errand, entry.value);
    finish_errand(rt_container_of(waiter, rt_call, waiter), work,
                  waiter->status);
}

/* Whether bytes of another process are a key. */
static bool is_key(const rt_item *item) {
    if (item->kind == RT_ITEM_FLOAT) return item->as.number == item->as.number;
    return item->kind == RT_ITEM_INT || item->kind == RT_ITEM_TEXT ||
           item->kind == RT_ITEM_STRING;
}

static int run_put(rt_sorted *sorted, rt_call *call, errand *work,
                   rt_waiter *waiter) {
    rt_item items[2];
    rt_message *arguments = call->arguments;
    call->arguments = NULL;
    int status = rt_items_decode(items, 2, arguments);
    if (status != RT_OK) return status;
    work->entry.key = items[0];
    work->entry.value = items[1];
    if (!sorted->is_newest_first && !is_key(&items[0])) return RT_ETYPE;
    return rt_sorted_put(sorted, &work->entry, waiter, call->waiter.loop);
}

static void run_errand(rt_sorted *sorted, rt_call *call) {
    bool is_get = call->operation == RT_SORTED_GET ||
                  call->operation == RT_SORTED_TRY_GET;
    bool may_wait = call->operation <= RT_SORTED_GET;
    errand *work = rt_calloc(sizeof *work);
    if (!work) {
        call->reply(call, RT_ENOMEMORY, NULL);
        return;
    }
    work->is_get = is_get;
    rt_loop *here = call->waiter.loop;
    rt_waiter_init(&call->waiter, here, is_get ? on_got : on_put);
    rt_waiter *waiter = may_wait ? &call->waiter : NULL;
    int status = is_get
                     ? rt_sorted_get(sorted, &work->entry.value, waiter, here)
                     : run_put(sorted, call, work, waiter);
    if (status != RT_PENDING) finish_errand(call, work, status);
}

static void reply_count(rt_sorted *sorted, rt_call *call) {
    rt_item item = {.kind = RT_ITEM_INT,
                    .as.integer = (int64_t)rt_sorted_count(sorted)};
    rt_message *result;
    int status = rt_items_encode(&item, 1, &result);
    call->reply(call, status, result);
}

static void sorted_call(rt_object *object, rt_call *call) {
    rt_sorted *sorted = (rt_sorted *)object;
    switch (call->operation) {
    case RT_SORTED_PUT:
    case RT_SORTED_GET:
    case RT_SORTED_TRY_PUT:
    case RT_SORTED_TRY_GET:
        run_errand(sorted, call);
        return;
    case RT_SORTED_CLOSE:
        rt_sorted_close(sorted, call->waiter.loop);
        call->reply(call, RT_OK, NULL);
        return;
    case RT_SORTED_COUNT:
        reply_count(sorted, call);
        return;
    default:
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
}
