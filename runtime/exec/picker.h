/* picker.h - which of several strands goes on, by a strategy that repeats; and the
 * journal of what was picked, which outlives the process.
 *
 * The journal is a file that whoever explores schedules has laid out: orders, picks
 * to be repeated, and room for those that are made. It is mapped, so that all is
 * there when the process dies at any point. Numbers are in the machine's order.
 *
 * Not thread-safe: belongs to whoever has the turn (steer.h). */
#ifndef RT_EXEC_PICKER_H
#define RT_EXEC_PICKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    RT_PICK_FIRST,  /* who runs goes on; else the first one */
    RT_PICK_RANDOM, /* any */
    RT_PICK_PCT, /* the one of the highest priority; priorities are random, and
                       change at a few random places */
    RT_PICK_REPEAT, /* as in the journal, and then as FIRST */
    RT_PICK_STRATEGIES
} rt_pick_strategy;

typedef enum {
    RT_JOURNAL_UNUSED,
    RT_JOURNAL_BEGUN,    /* the program runs, or has died */
    RT_JOURNAL_ENDED,    /* it has ended, well or not */
    RT_JOURNAL_DIVERGED, /* what was to be repeated did not */
    RT_JOURNAL_ENDLESS,  /* it has taken too many steps */
    RT_JOURNAL_DEADLOCK  /* nothing could run any more */
} rt_journal_stage;

/* A pick: which one of how many (from 0; 0 is who has run), and a sum that says
 * what they were and where. */
#define RT_PICK(which, count, sum)                                             \
    ((uint32_t)(which) | (uint32_t)(count) << 8 | (uint32_t)(sum) << 16)
enum { RT_PICK_MOST = 255 };

#define RT_SCHEDULE_MAGIC "plaitS1\n"
enum { RT_SCHEDULE_TEXT = 512 };

typedef struct rt_schedule {
    char magic[8];
    /* orders */
    uint64_t seed;
    uint32_t size; /* of the file */
    uint32_t strategy;
    uint32_t depth;     /* of PCT: places where priorities change, and one */
    uint32_t expected;  /* picks, about */
    uint32_t limit;     /* of steps */
    uint32_t cancel;    /* the wait in which a strand is cancelled; 0: none */
    uint32_t is_strict; /* picks to be repeated must fit what there is */
    uint32_t given;     /* of those */
    uint32_t capacity;  /* of the given ones, and of those made */
    uint32_t has_log;   /* what is done at each step is written down */
    /* what has come of it */
    uint32_t stage; /* rt_journal_stage */
    uint32_t made;  /* picks; there may be more of them than there is room */
    uint32_t steps;
    uint32_t waits;
    uint32_t abandoned; /* locks whose owner ended without releasing them */
    uint32_t log_size;
    char text[RT_SCHEDULE_TEXT]; /* of DIVERGED and ENDLESS */
    uint32_t picks[]; /* `capacity` given ones, as many made, then the log */
} rt_schedule;

typedef struct rt_picker rt_picker;

/* Maps the file. NULL: it cannot be read, or is none. */
rt_picker *rt_picker_open(const char *path);
void rt_picker_close(rt_picker *picker);

rt_schedule *rt_picker_schedule(rt_picker *picker);

/* One of `count` candidates, at least two, by their numbers, which are the same in
 * all runs: the first is who has run, if it may go on, and the others follow in
 * their order. `sum` tells this place from others. Returns its index; -1: what is
 * to be repeated does not fit. */
int rt_picker_pick(rt_picker *picker, const uint64_t *candidates,
                   unsigned count, uint16_t sum);

/* The one of that number makes way for others: it waits for something by looking
 * again and again. */
void rt_picker_lower(rt_picker *picker, uint64_t candidate);

/* Adds a line to the log, if there is one. */
void rt_picker_log(rt_picker *picker, const char *line, size_t size);

#endif
