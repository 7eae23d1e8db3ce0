/* list.h - intrusive doubly linked list: linking cannot fail.
 *
 * A node that is in no list points at itself, so unlinking twice is harmless.
 * Not thread-safe: whoever owns the head guards its nodes too. */
#ifndef RT_BASE_LIST_H
#define RT_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct rt_list {
    struct rt_list *next;
    struct rt_list *prev;
} rt_list;

#define rt_container_of(pointer, type, member)                                 \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

static inline void rt_list_init(rt_list *node) {
    node->next = node->prev = node;
}

static inline bool rt_list_empty(const rt_list *head) {
    return head->next == head;
}

static inline void rt_list_push(rt_list *head, rt_list *node) {
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}

static inline void rt_list_unlink(rt_list *node) {
    node->prev->next = node->next;
    node->next->prev = node->prev;
    rt_list_init(node);
}

/* The oldest node, unlinked; NULL if empty. */
static inline rt_list *rt_list_pop(rt_list *head) {
    if (rt_list_empty(head)) return NULL;
    rt_list *node = head->next;
    rt_list_unlink(node);
    return node;
}

/* Moves all nodes of `from` to the end of `to`. */
static inline void rt_list_move(rt_list *to, rt_list *from) {
    if (rt_list_empty(from)) return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    rt_list_init(from);
}

#endif
