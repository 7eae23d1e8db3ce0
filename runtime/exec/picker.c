/* picker.c - the strategies.
 *
 * PCT (Burckhardt and others, 2010): with n strands and k picks, a bug of depth d is
 * found with a probability of at least 1/(n k^(d-1)). Who looks again and again for
 * something would keep the others from ever running; so does who is picked very
 * often in a row: both are lowered. */
#include "exec/picker.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/random.h"

/* Picks in a row before one is lowered. */
enum { LONG_ROW = 300, MOST_DEPTH = 16 };

/* Priorities of those that were lowered are below this. */
#define LOWEST_FRESH (UINT64_C(1) << 32)

typedef struct rank {
    uint64_t candidate;
    uint64_t priority;
} rank;

struct rt_picker {
    rt_schedule *schedule;
    size_t size; /* of what is mapped */
    rt_random random;
    uint32_t made; /* picks */
    rank *ranks;   /* of PCT */
    size_t rank_count;
    size_t rank_capacity;
    uint64_t low; /* the next lower priority */
    uint32_t changes[MOST_DEPTH];
    unsigned change_count;
    uint64_t last;   /* who was picked */
    unsigned in_row; /* so often */
};

static bool is_sound(const rt_schedule *s, size_t size) {
    return size >= sizeof *s && memcmp(s->magic, RT_SCHEDULE_MAGIC, 8) == 0 &&
           s->size == size && s->strategy < RT_PICK_STRATEGIES &&
           s->given <= s->capacity &&
           (size - sizeof *s) / sizeof(uint32_t) / 2 >= s->capacity;
}

static void *map(const char *path, size_t *size) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return NULL;
    struct stat about;
    void *bytes = MAP_FAILED;
    if (fstat(fd, &about) == 0 && about.st_size > 0) {
        *size = (size_t)about.st_size;
        bytes = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    (void)close(fd);
    return bytes == MAP_FAILED ? NULL : bytes;
}

static void choose_changes(rt_picker *picker) {
    const rt_schedule *s = picker->schedule;
    unsigned count = s->depth > 0 ? s->depth - 1 : 0;
    if (count > MOST_DEPTH) count = MOST_DEPTH;
    picker->change_count = count;
    uint32_t range = s->expected > 0 ? s->expected : 1;
    for (unsigned i = 0; i < count; i++)
        picker->changes[i] = rt_random_below(&picker->random, range);
}

rt_picker *rt_picker_open(const char *path) {
    size_t size = 0;
    rt_schedule *schedule = map(path, &size);
    rt_picker *picker = schedule ? rt_calloc(sizeof *picker) : NULL;
    if (!picker || !is_sound(schedule, size)) {
        rt_free(picker);
        if (schedule) (void)munmap(schedule, size);
        return NULL;
    }
    picker->schedule = schedule;
    picker->size = size;
    picker->random.state = rt_random_mix(schedule->seed);
    picker->low = LOWEST_FRESH - 1;
    if (schedule->strategy == RT_PICK_PCT) choose_changes(picker);
    schedule->stage = RT_JOURNAL_BEGUN;
    return picker;
}

void rt_picker_close(rt_picker *picker) {
    (void)munmap(picker->schedule, picker->size);
    rt_free(picker->ranks);
    rt_free(picker);
}

rt_schedule *rt_picker_schedule(rt_picker *picker) {
    return picker->schedule;
}

/* ---- priorities ---- */

/* NULL: out of memory. */
static rank *find_rank(rt_picker *picker, uint64_t candidate) {
    for (size_t i = 0; i < picker->rank_count; i++)
        if (picker->ranks[i].candidate == candidate) return &picker->ranks[i];
    if (picker->rank_count == picker->rank_capacity) {
        size_t capacity =
            picker->rank_capacity ? 2 * picker->rank_capacity : 64;
        rank *more = rt_realloc(picker->ranks, capacity * sizeof *more);
        if (!more) return NULL;
        picker->ranks = more;
        picker->rank_capacity = capacity;
    }
    rank *fresh = &picker->ranks[picker->rank_count++];
    uint64_t priority = rt_random_next(&picker->random) | LOWEST_FRESH;
    *fresh = (rank){candidate, priority};
    return fresh;
}

void rt_picker_lower(rt_picker *picker, uint64_t candidate) {
    if (picker->schedule->strategy != RT_PICK_PCT) return;
    rank *r = find_rank(picker, candidate);
    if (r) r->priority = picker->low--;
}

static unsigned pick_highest(rt_picker *picker, const uint64_t *candidates,
                             unsigned count) {
    unsigned best = 0;
    uint64_t highest = 0;
    for (unsigned i = 0; i < count; i++) {
        const rank *r = find_rank(picker, candidates[i]);
        if (!r || r->priority <= highest) continue;
        highest = r->priority;
        best = i;
    }
    return best;
}

static unsigned pick_by_priority(rt_picker *picker, const uint64_t *candidates,
                                 unsigned count) {
    for (unsigned i = 0; i < picker->change_count; i++)
        if (picker->changes[i] == picker->made)
            rt_picker_lower(picker, candidates[0]);
    unsigned best = pick_highest(picker, candidates, count);
    bool is_same = candidates[best] == picker->last;
    picker->in_row = is_same ? picker->in_row + 1 : 0;
    picker->last = candidates[best];
    if (picker->in_row < LONG_ROW) return best;
    picker->in_row = 0;
    rt_picker_lower(picker, candidates[best]);
    return pick_highest(picker, candidates, count);
}

/* Every other time who runs goes on, so that strands get far. */
static unsigned pick_any(rt_picker *picker, unsigned count) {
    if (rt_random_below(&picker->random, 2) == 0) return 0;
    return rt_random_below(&picker->random, count);
}

/* ---- repeating ---- */

/* -1: it does not fit. What is not strict is only a hint. */
static int pick_again(const rt_picker *picker, unsigned count, uint16_t sum) {
    const rt_schedule *s = picker->schedule;
    if (picker->made >= s->given) return 0;
    uint32_t pick = s->picks[picker->made];
    unsigned which = pick & 0xff;
    bool fits = which < count;
    if (s->is_strict && which > 0)
        fits = fits && (pick >> 8 & 0xff) == count && pick >> 16 == sum;
    if (fits) return (int)which;
    return s->is_strict ? -1 : 0;
}

static int choose(rt_picker *picker, const uint64_t *candidates, unsigned count,
                  uint16_t sum) {
    switch ((rt_pick_strategy)picker->schedule->strategy) {
    case RT_PICK_RANDOM:
        return (int)pick_any(picker, count);
    case RT_PICK_PCT:
        return (int)pick_by_priority(picker, candidates, count);
    case RT_PICK_REPEAT:
        return pick_again(picker, count, sum);
    case RT_PICK_FIRST:
    case RT_PICK_STRATEGIES:
        break;
    }
    return 0;
}

int rt_picker_pick(rt_picker *picker, const uint64_t *candidates,
                   unsigned count, uint16_t sum) {
    rt_schedule *s = picker->schedule;
    if (count > RT_PICK_MOST) count = RT_PICK_MOST;
    int which = choose(picker, candidates, count, sum);
    if (which < 0) return which;
    if (picker->made < s->capacity)
        s->picks[s->capacity + picker->made] = RT_PICK(which, count, sum);
    s->made = ++picker->made;
    return which;
}

void rt_picker_log(rt_picker *picker, const char *line, size_t size) {
    rt_schedule *s = picker->schedule;
    size_t start = sizeof *s + 2 * (size_t)s->capacity * sizeof(uint32_t);
    if (!s->has_log || picker->size - start < s->log_size + size) return;
    memcpy((char *)s + start + s->log_size, line, size);
    s->log_size += (uint32_t)size;
}
