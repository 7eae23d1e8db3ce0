/* console.h - a prompt over descriptors: what comes in, what goes out, and the strands
 * that belong to it.
 *
 * Input is read as it comes, whatever the strands of the state are at: in turns of the
 * loop, which the monitor has an entry that computes make, too. So a request to stop
 * reaches the entry that runs, and so does the end of whoever sits at the other end.
 * Lines, or frames (docs/prompt.md), wait until they are taken.
 *
 * Output never keeps the thread: what the other end does not take is kept, up to a
 * limit. A strand that can wait then waits for a while; after that what comes is lost,
 * and the other end is told so.
 *
 * A strand of the console is a task that was started by one of its entries, or by such
 * a task: what it prints goes to the console. Threads and processes that it starts
 * belong to the console as well.
 *
 * All here belongs to the state's thread. */
#ifndef HOST_CORE_CONSOLE_H
#define HOST_CORE_CONSOLE_H

#include "core/state.h"
#include "core/task.h"
#include "exec/strand.h"
#include "io/stream.h"

typedef struct host_console host_console;

typedef enum {
    HOST_CONSOLE_LINES,
    HOST_CONSOLE_FRAMES,
    HOST_CONSOLE_EITHER /* the first byte decides: 0 begins frames */
} host_console_kind;

typedef enum {
    HOST_CONSOLE_OUTPUT = 'O',
    HOST_CONSOLE_ERROR = 'X'
} host_console_channel;

enum {
    HOST_CONSOLE_HEAD = 5,          /* bytes before a frame's own: type, size */
    HOST_CONSOLE_LONGEST = 1 << 20, /* of a line, and of a frame's own bytes */
    HOST_CONSOLE_ROOM =
        1 << 16, /* bytes of output that are kept without a wait */
    HOST_CONSOLE_MOST = 1 << 20 /* and at most, but for a single text */
};

/* Takes both streams. NULL: out of memory, and they are the caller's.
 * One reference, the caller's. */
host_console *host_console_new(host_state *host, rt_stream *in, rt_stream *out,
                               host_console_kind kind);

/* The same for descriptors, which stay the caller's, and open until it is closed. They
 * may be the same. A socket is set non-blocking; others are left as they are.
 * Returns: RT_OK; RT_ENOMEMORY; -errno. */
int host_console_open(host_state *host, int in_fd, int out_fd,
                      host_console_kind kind, host_console **console);

void host_console_ref(host_console *console);
void host_console_unref(host_console *console); /* the last one closes it */

/* For the one who has made it, instead of unref: nobody will look after its threads
 * and processes any more. */
void host_console_abandon(host_console *console);

/* Lets go of both sides; whoever waits is told. Once more is harmless. */
void host_console_close(host_console *console);
bool host_console_is_closed(const host_console *console);

/* ---- input ---- */

typedef enum {
    HOST_CONSOLE_NOTHING,
    HOST_CONSOLE_FRAME,
    HOST_CONSOLE_LINE,
    HOST_CONSOLE_INTERRUPT, /* and no entry runs */
    HOST_CONSOLE_FAILURE,   /* a strand of it has failed */
    HOST_CONSOLE_WOKEN,     /* host_console_wake; or a strand of it has ended */
    HOST_CONSOLE_END        /* nothing more comes */
} host_console_event;

/* What is next. Without `takes_input` no line or frame is taken; the end is only told
 * then if nobody is there any more. Of a line or frame `bytes` are valid until the next
 * call; `type` is that of the frame. */
host_console_event host_console_next(host_console *console, bool takes_input,
                                     char *type, const char **bytes,
                                     size_t *size);

/* The strand, parked, is woken when there may be another event. */
void host_console_wait(host_console *console, host_strand *strand);
void host_console_wake(host_console *console);

/* Nothing more is read, whatever comes, and the entry that runs is told to stop. Does not
 * use Lua. */
void host_console_end(host_console *console);

/* Why it has ended; NULL: the other end has ended it. */
const char *host_console_why(const host_console *console);

bool host_console_has_frames(const host_console *console);

/* ---- output ---- */

/* Adds to the output: a frame of that type, or else the bytes alone. */
void host_console_put(host_console *console, char type, const void *bytes,
                      size_t size);

/* The same of what is printed; `channel` says whether it is an error. Some may be
 * lost. */
void host_console_print(host_console *console, host_console_channel channel,
                        const char *text, size_t size);

/* Whether so much of it is kept that who prints should wait. */
bool host_console_is_full(const host_console *console);

/* Parks the waiter until that is not so, or nothing is left if `is_all`. Returns:
 * RT_PENDING; RT_OK: there is room. */
int host_console_wait_for_room(host_console *console, rt_waiter *waiter,
                               bool is_all);

/* Nobody reads: what is printed is lost until something was taken. */
void host_console_give_up(host_console *console);

/* Prints the text on the top, which stays; waits for room, if the strand can. Tail
 * call of a C function, whose result is the value at `result` (0: none). */
int host_console_print_value(lua_State *L, host_console *console,
                             host_console_channel channel, int result);

/* ---- strands ---- */

/* The task is one of the console's from here on. */
void host_console_add(host_console *console, host_strand *strand);

/* The same for the entry that an interruption concerns: there is none yet. */
void host_console_begin(host_console *console, host_strand *strand);

/* For task.c: the strand of a console has ended. */
void host_console_leave(host_strand *strand);

/* A thread or process that the running strand starts belongs to its console, if that has
 * one; before rt_runtime_add. Out of memory it is the program's own. */
void host_console_adopt(host_state *host, rt_strand *strand);

/* For task.c: a task of it has failed, and is in the set of these. */
void host_console_fail(host_console *console);

/* Tells all strands to stop. Returns how many there are. [-0, +0, raises memory] */
int host_console_stop(lua_State *L, host_console *console);

/* How many strands of it have not ended. */
int host_console_count(const host_console *console);

/* Calls `visit`, once for each, for those of the threads and processes that have failed: with
 * a reference that is its own from then on. May raise what `visit` raises. */
void host_console_visit_failed(lua_State *L, host_console *console,
                               void (*visit)(lua_State *L, rt_strand *strand));

#endif
