/* journal.h - what a worker process has done of its job, for the case that it
 * dies: memory it shares with the process that gave it the job.
 *
 * The worker notes each item it begins, and each result it has; so after a
 * death at any instruction it is known which item was under way, and what came
 * out of those before. The values are those of the answer it would have sent,
 * without shared objects. A note costs a few stores.
 *
 * One writer, the worker; the other end reads when the writer is gone. */
#ifndef RT_EXEC_JOURNAL_H
#define RT_EXEC_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/message.h"

typedef struct rt_journal rt_journal;

/* An empty one, and a descriptor by which another process opens it (the
 * caller's; close-on-exec). Returns: RT_OK, RT_ENOMEMORY, -errno. */
int rt_journal_new(rt_journal **journal, int *fd);

/* In the worker. Takes `fd`, also if it fails. NULL: it is no journal. */
rt_journal *rt_journal_open(int fd);

/* Accepts NULL. */
void rt_journal_free(rt_journal *journal);

/* ---- the worker ---- */

/* A new job, or the next part of it (after a part of the answer was sent):
 * nothing is noted of it yet. `done`: items before that part. */
void rt_journal_open_part(rt_journal *journal, uint64_t job, uint32_t part,
                          uint32_t done);

/* The item with that number, from 0, begins. */
void rt_journal_begin(rt_journal *journal, uint32_t item);

/* It is done: `roots` and `nodes` are all bytes of the part's answer up to now,
 * of which those up to the last note are known; `root_count` and `node_count`
 * count all of it. False: there is no room; nothing is noted. */
bool rt_journal_note(rt_journal *journal, const rt_buffer *roots,
                     size_t roots_from, uint32_t root_count,
                     const rt_buffer *nodes, uint32_t node_count);

/* ---- the other end ---- */

typedef struct rt_journal_state {
    uint64_t job;
    uint32_t part;
    uint32_t begun; /* items, of the whole job */
    uint32_t done;
    rt_message *values; /* of the part's answer; NULL: none */
} rt_journal_state;

/* What it says now. Checks all of it: the writer may have gone mad.
 * Returns: RT_OK; RT_EDAMAGED, RT_ENOMEMORY. */
int rt_journal_read(const rt_journal *journal, rt_journal_state *state);

#endif
