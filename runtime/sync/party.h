/* party.h - a strand, as the objects it owns or waits for know it.
 *
 * A strand of this process is its rt_party: who has the address is who is
 * meant, and the strand keeps it in its place while it owns or waits. A strand
 * of another process is told by the wire and the number it has there. The
 * rest is for messages. */
#ifndef RT_SYNC_PARTY_H
#define RT_SYNC_PARTY_H

#include <stddef.h>
#include <stdint.h>

#include "data/item.h"

typedef enum {
    RT_PARTY_MAIN,   /* the main strand of its process */
    RT_PARTY_THREAD, /* the main strand of a thread */
    RT_PARTY_TASK
} rt_party_kind;

typedef struct rt_party {
    const void *process; /* its rt_wire; NULL: this process */
    uint64_t strand;     /* of another process: its number there; not 0 */
    rt_party_kind kind;
    uint32_t id;     /* of the task or thread; main: 0 */
    uint32_t thread; /* a task's: the thread it is one of; 0: of none */
    int32_t pid;     /* of another process; 0: this one */
} rt_party;

enum { RT_PARTY_TEXT = 80 };

/* "task 3 of thread 12 of process 4711"; ends in a zero. */
void rt_party_describe(const rt_party *party, char text[RT_PARTY_TEXT]);

/* What a process tells of a strand of its own: the items for a message, and
 * reading them. What is read is only for messages: `process` and `strand` are
 * left alone. */
enum { RT_PARTY_ITEMS = 4 };
void rt_party_write(const rt_party *party, rt_item items[RT_PARTY_ITEMS]);
/* Returns: RT_OK; RT_EDAMAGED. */
int rt_party_read(rt_party *party, const rt_item items[RT_PARTY_ITEMS]);

#endif
