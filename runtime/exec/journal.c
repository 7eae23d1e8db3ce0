/* journal.c - a header, and room for roots and for nodes.
 *
 * A note must be all there or not at all. So there are two slots for what is
 * said of the answer's bytes: the writer fills the one that is not in use and
 * then counts `notes` up, whose lowest bit tells which is. The bytes before
 * what the slot in use says never change within a part. A part begins by a
 * slot of its own as well. When the writer is killed, all it stored before is
 * there: the memory is the kernel's. */
#include "exec/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"
#include "data/encode.h"

enum {
    MAGIC = 0x4A4C50, /* "PLJ" */
    ROOM = 512 * 1024
};

typedef struct slot {
    uint64_t job;
    uint32_t part;
    uint32_t done; /* items of the job */
    uint32_t root_count;
    uint32_t node_count;
    uint32_t roots_size;
    uint32_t nodes_size;
    _Atomic uint32_t begun; /* items of the job: `done`, or one more */
} slot;

/* The shared memory. */
struct rt_journal {
    uint32_t magic;
    _Atomic uint32_t notes;
    slot slots[2];
    char roots[ROOM];
    char nodes[ROOM];
};

static rt_journal *map(int fd) {
    void *at = mmap(NULL, sizeof(rt_journal), PROT_READ | PROT_WRITE,
                    MAP_SHARED, fd, 0);
    return at == MAP_FAILED ? NULL : at;
}

int rt_journal_new(rt_journal **journal, int *fd) {
    int low = memfd_create("plait-journal", MFD_CLOEXEC);
    if (low < 0) return -errno;
    *fd = fcntl(low, F_DUPFD_CLOEXEC, 3); /* none of the standard streams */
    (void)close(low);
    if (*fd < 0) return -errno;
    *journal = ftruncate(*fd, sizeof(rt_journal)) == 0 ? map(*fd) : NULL;
    if (*journal) {
        (*journal)->magic = MAGIC;
        return RT_OK;
    }
    (void)close(*fd);
    return RT_ENOMEMORY;
}

rt_journal *rt_journal_open(int fd) {
    struct stat info;
    rt_journal *journal = NULL;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        info.st_size == (off_t)sizeof(rt_journal))
        journal = map(fd);
    (void)close(fd);
    if (!journal || journal->magic == MAGIC) return journal;
    rt_journal_free(journal);
    return NULL;
}

void rt_journal_free(rt_journal *journal) {
    if (journal) (void)munmap(journal, sizeof *journal);
}

/* ---- the worker ---- */

static uint32_t notes_of(const rt_journal *journal) {
    return atomic_load_explicit(&journal->notes, memory_order_acquire);
}

static slot *current(rt_journal *journal) {
    return &journal->slots[notes_of(journal) & 1];
}

static slot *other(rt_journal *journal) {
    return &journal->slots[~notes_of(journal) & 1];
}

static void set_begun(slot *s, uint32_t begun) {
    atomic_store_explicit(&s->begun, begun, memory_order_release);
}

/* The other slot is the one in use from now on. */
static void turn_over(rt_journal *journal) {
    atomic_store_explicit(&journal->notes, notes_of(journal) + 1,
                          memory_order_release);
}

void rt_journal_open_part(rt_journal *journal, uint64_t job, uint32_t part,
                          uint32_t done) {
    slot *s = other(journal);
    *s = (slot){.job = job, .part = part, .done = done};
    set_begun(s, done);
    turn_over(journal);
}

void rt_journal_begin(rt_journal *journal, uint32_t item) {
    set_begun(current(journal), item + 1);
}

bool rt_journal_note(rt_journal *journal, const rt_buffer *roots,
                     size_t roots_from, uint32_t root_count,
                     const rt_buffer *nodes, uint32_t node_count) {
    const slot *old = current(journal);
    slot *new = other(journal);
    size_t roots_size = roots->size - roots_from;
    size_t nodes_size = nodes->size;
    if (roots_size > ROOM || nodes_size > ROOM) return false;
    memcpy(journal->roots + old->roots_size,
           roots->bytes + roots_from + old->roots_size,
           roots_size - old->roots_size);
    if (nodes_size > old->nodes_size)
        memcpy(journal->nodes + old->nodes_size, nodes->bytes + old->nodes_size,
               nodes_size - old->nodes_size);
    new->job = old->job;
    new->part = old->part;
    new->done = old->done + 1;
    new->root_count = root_count;
    new->node_count = node_count;
    new->roots_size = (uint32_t)roots_size;
    new->nodes_size = (uint32_t)nodes_size;
    set_begun(new, new->done);
    turn_over(journal);
    return true;
}

/* ---- the other end ---- */

static int read_values(const rt_journal *journal, const slot *s,
                       rt_message **values) {
    if (s->roots_size > ROOM || s->nodes_size > ROOM) return RT_EDAMAGED;
    rt_message *made = rt_message_new();
    if (!made) return RT_ENOMEMORY;
    rt_buffer *to = &made->bytes;
    int status = rt_encode_header(to, s->root_count, s->node_count);
    if (!status) status = rt_buffer_add(to, journal->roots, s->roots_size);
    if (!status) status = rt_buffer_add(to, journal->nodes, s->nodes_size);
    if (!status) status = rt_message_check(to->bytes, to->size, 0, NULL);
    if (status)
        rt_message_free(made);
    else
        *values = made;
    return status;
}

int rt_journal_read(const rt_journal *journal, rt_journal_state *state) {
    const slot *s = &journal->slots[notes_of(journal) & 1];
    *state = (rt_journal_state){.job = s->job, .part = s->part};
    state->done = s->done;
    state->begun = atomic_load_explicit(&s->begun, memory_order_acquire);
    if (state->begun < state->done || state->begun - state->done > 1)
        return RT_EDAMAGED;
    return s->root_count ? read_values(journal, s, &state->values) : RT_OK;
}
