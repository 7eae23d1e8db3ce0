/* cycles.c - a search for garbage while others go on working.
 *
 * The search takes one lock at a time:
 *
 *   1. A list of all containers, with a reference to each.
 *   2. Of each: what it holds, and its number of changes.
 *   3. When that is known of all, of each its count of references. If it is
 *      not what the others hold of it, it is in use, and so is all that can be
 *      reached from it. The rest is under suspicion.
 *   4. Of each suspect its number of changes again. If it is another one, the
 *      suspect is in use, and so is all that can be reached from it.
 *   5. What remains is cleared.
 *
 * Why that is right. From the end of 2 until its look in 4 nothing was put
 * into any of those that remain, taken out or handed out. So when a count was
 * read in 3, the others held what had been written down, and nobody else had
 * a reference. Whoever has one later got it after that. The first such one was
 * handed out by one of those that remain: before its look in 4, which would
 * have noticed; or after it, to somebody who had a reference to that one, and
 * so was not the first.
 *
 * Objects that are registered after 1 count as outside. */
#include "data/cycles.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"

/* No search before there are so many, or they take so much more. */
#define LEAST_COUNT 1000
#define MORE_BYTES ((size_t)32 << 20)

/* That an object has grown is noted when it is by a quarter and so much. */
#define SLACK ((size_t)1024)

struct rt_cycles {
    pthread_mutex_t lock; /* guards all but `bytes`; a leaf */
    rt_list containers;
    size_t count;
    size_t limit; /* search when there are so many */
    bool is_searching;
    atomic_size_t bytes;       /* what the containers say they take */
    atomic_size_t bytes_limit; /* search when it is so much */
};

/* A container in a search. */
typedef struct entry {
    rt_object *object; /* a reference */
    uint64_t changes;  /* in step 2 */
    size_t held;       /* references to it in the others */
    size_t first;      /* its part of search.children */
    size_t count;
    bool is_root;
    bool is_live;
} entry;

typedef struct search {
    rt_look look; /* first: `see` gets it */
    entry *entries;
    size_t count;
    size_t *children; /* indexes of entries */
    size_t child_count;
    size_t child_capacity;
    size_t *stack; /* live, and what it holds not yet looked at */
    size_t stack_count;
    int status;
} search;

rt_cycles *rt_cycles_new(void) {
    rt_cycles *cycles = rt_calloc(sizeof *cycles);
    if (!cycles) return NULL;
    pthread_mutex_init(&cycles->lock, NULL);
    rt_list_init(&cycles->containers);
    cycles->limit = LEAST_COUNT;
    atomic_init(&cycles->bytes_limit, MORE_BYTES);
    return cycles;
}

static rt_container *container_of(rt_object *object) {
    size_t offset = object->type->contents->container;
    return (rt_container *)(void *)((char *)object + offset);
}

void rt_cycles_free(rt_cycles *cycles) {
    if (!cycles) return;
    (void)rt_cycles_collect(cycles);
    for (rt_list *node; (node = rt_list_pop(&cycles->containers)) != NULL;)
        rt_container_of(node, rt_container, link)->cycles = NULL;
    pthread_mutex_destroy(&cycles->lock);
    rt_free(cycles);
}

void rt_look_message(rt_look *look, const rt_message *message) {
    if (!look->see || !message) return;
    for (size_t i = 0; i < message->object_count; i++)
        look->see(look, message->objects[i]);
}

void rt_look_item(rt_look *look, const rt_item *item) {
    if (item->kind == RT_ITEM_OBJECT && look->see)
        look->see(look, item->as.object);
    if (item->kind == RT_ITEM_MESSAGE) rt_look_message(look, item->as.message);
}

size_t rt_cycles_count(rt_cycles *cycles) {
    pthread_mutex_lock(&cycles->lock);
    size_t count = cycles->count;
    pthread_mutex_unlock(&cycles->lock);
    return count;
}

/* ---- 1: all there are ---- */

/* Room for `most` containers. */
static bool open_search(search *s, size_t most) {
    *s = (search){.status = RT_OK};
    s->entries = rt_alloc(most * sizeof *s->entries);
    s->stack = rt_alloc(most * sizeof *s->stack);
    return s->entries && s->stack;
}

static void close_search(search *s) {
    for (size_t i = 0; i < s->count; i++) rt_object_unref(s->entries[i].object);
    rt_free(s->entries);
    rt_free(s->stack);
    rt_free(s->children);
}

/* Those that are being freed are left out. */
static void list_containers(rt_cycles *cycles, search *s, size_t most) {
    pthread_mutex_lock(&cycles->lock);
    for (rt_list *node = cycles->containers.next;
         node != &cycles->containers && s->count < most; node = node->next) {
        rt_container *container = rt_container_of(node, rt_container, link);
        if (!rt_object_try_ref(container->object)) continue;
        container->index = s->count;
        s->entries[s->count++] = (entry){.object = container->object};
    }
    pthread_mutex_unlock(&cycles->lock);
}

/* ---- 2: what they hold ---- */

static void add_child(search *s, size_t index) {
    if (s->child_count == s->child_capacity) {
        size_t capacity = s->child_capacity ? s->child_capacity * 2 : 64;
        size_t *children = rt_realloc(s->children, capacity * sizeof *children);
        if (!children) {
            s->status = RT_ENOMEMORY;
            return;
        }
        s->children = children;
        s->child_capacity = capacity;
    }
    s->children[s->child_count++] = index;
    s->entries[index].held++;
}

/* rt_look.see */
static void see(rt_look *look, rt_object *held) {
    search *s = rt_container_of(look, search, look);
    if (!held->type->contents) return;
    size_t index = container_of(held)->index;
    /* One that is not in this search has some other index. */
    if (index < s->count && s->entries[index].object == held)
        add_child(s, index);
}

static void look_at(search *s, entry *e) {
    e->first = s->child_count;
    s->look = (rt_look){.see = see};
    e->object->type->contents->look(e->object, &s->look);
    e->count = s->child_count - e->first;
    e->changes = s->look.changes;
    e->is_root = s->look.is_read;
}

/* ---- 3 and 4: what is in use ---- */

static void push_live(search *s, entry *e) {
    e->is_live = true;
    s->stack[s->stack_count++] = (size_t)(e - s->entries);
}

/* `e` is in use, so what it leads to is. */
static void mark_from(search *s, entry *e) {
    push_live(s, e);
    while (s->stack_count > 0) {
        entry *live = &s->entries[s->stack[--s->stack_count]];
        for (size_t i = 0; i < live->count; i++) {
            entry *child = &s->entries[s->children[live->first + i]];
            if (!child->is_live) push_live(s, child);
        }
    }
}

/* Whether somebody has a reference besides us and the others. */
static bool is_held_outside(const entry *e) {
    size_t refs =
        atomic_load_explicit(&e->object->refs, memory_order_acquire) - 1;
    return refs != e->held;
}

static void mark(search *s) {
    for (size_t i = 0; i < s->count; i++) {
        entry *e = &s->entries[i];
        e->is_root = e->is_root || is_held_outside(e);
    }
    for (size_t i = 0; i < s->count; i++) {
        entry *e = &s->entries[i];
        if (e->is_root && !e->is_live) mark_from(s, e);
    }
}

static bool has_changed(const entry *e) {
    rt_look look = {.see = NULL};
    e->object->type->contents->look(e->object, &look);
    return look.changes != e->changes;
}

static void check_suspects(search *s) {
    for (size_t i = 0; i < s->count; i++) {
        entry *e = &s->entries[i];
        if (!e->is_live && has_changed(e)) mark_from(s, e);
    }
}

/* ---- 5: the end of the rest ---- */

static size_t clear_rest(search *s) {
    size_t cleared = 0;
    for (size_t i = 0; i < s->count; i++) {
        entry *e = &s->entries[i];
        if (e->is_live) continue;
        e->object->type->contents->clear(e->object);
        cleared++;
    }
    return cleared;
}

static size_t run_search(rt_cycles *cycles, size_t most) {
    search s;
    size_t cleared = 0;
    if (open_search(&s, most)) {
        list_containers(cycles, &s, most);
        for (size_t i = 0; i < s.count && s.status == RT_OK; i++)
            look_at(&s, &s.entries[i]);
        if (s.status == RT_OK) {
            mark(&s);
            check_suspects(&s);
            cleared = clear_rest(&s);
        }
    }
    close_search(&s); /* the rest is freed here */
    return cleared;
}

/* ---- when ---- */

static bool begin(rt_cycles *cycles, size_t *count) {
    pthread_mutex_lock(&cycles->lock);
    bool may_search = !cycles->is_searching;
    cycles->is_searching = true;
    *count = cycles->count;
    pthread_mutex_unlock(&cycles->lock);
    return may_search;
}

static void end(rt_cycles *cycles) {
    size_t bytes = atomic_load_explicit(&cycles->bytes, memory_order_relaxed);
    pthread_mutex_lock(&cycles->lock);
    cycles->is_searching = false;
    cycles->limit = 2 * cycles->count;
    if (cycles->limit < LEAST_COUNT) cycles->limit = LEAST_COUNT;
    pthread_mutex_unlock(&cycles->lock);
    atomic_store_explicit(&cycles->bytes_limit, 2 * bytes + MORE_BYTES,
                          memory_order_relaxed);
}

size_t rt_cycles_collect(rt_cycles *cycles) {
    size_t count;
    if (!begin(cycles, &count)) return 0;
    size_t cleared = run_search(cycles, count);
    end(cycles);
    return cleared;
}

static bool takes_much(rt_cycles *cycles) {
    return atomic_load_explicit(&cycles->bytes, memory_order_relaxed) >
           atomic_load_explicit(&cycles->bytes_limit, memory_order_relaxed);
}

void rt_cycles_add(rt_cycles *cycles, rt_object *object) {
    if (!cycles) return;
    rt_container *container = container_of(object);
    assert(!container->cycles);
    container->cycles = cycles;
    container->object = object;
    pthread_mutex_lock(&cycles->lock);
    rt_list_push(&cycles->containers, &container->link);
    bool is_due = ++cycles->count >= cycles->limit || takes_much(cycles);
    is_due = is_due && !cycles->is_searching;
    pthread_mutex_unlock(&cycles->lock);
    if (is_due) (void)rt_cycles_collect(cycles);
}

void rt_cycles_remove(rt_object *object) {
    rt_container *container = container_of(object);
    rt_cycles *cycles = container->cycles;
    if (!cycles) return;
    pthread_mutex_lock(&cycles->lock);
    rt_list_unlink(&container->link);
    cycles->count--;
    pthread_mutex_unlock(&cycles->lock);
    rt_cycles_note(cycles, -(ptrdiff_t)container->size);
}

void rt_cycles_note(rt_cycles *cycles, ptrdiff_t bytes) {
    if (!cycles || bytes == 0) return;
    atomic_fetch_add_explicit(&cycles->bytes, (size_t)bytes,
                              memory_order_relaxed);
}

void rt_cycles_check(rt_cycles *cycles) {
    if (cycles && takes_much(cycles)) (void)rt_cycles_collect(cycles);
}

void rt_cycles_account(rt_cycles *cycles, ptrdiff_t bytes) {
    rt_cycles_note(cycles, bytes);
    if (bytes > 0) rt_cycles_check(cycles);
}

void rt_container_resize(rt_container *container, size_t size) {
    rt_cycles_note(container->cycles, (ptrdiff_t)(size - container->size));
    container->size = size;
}

void rt_container_grow(rt_container *container, size_t size) {
    size_t noted = container->size;
    if (size > noted + noted / 4 + SLACK) rt_container_resize(container, size);
}
