/* wire.h - framed messages over a socket pair, between a parent and a child.
 *
 * Any thread may send; the hub's thread receives. A sender writes to the
 * socket itself when nothing is queued before it; what the socket does not
 * take is queued, and the hub goes on with it. For ipc/ only.
 *
 * A wire ends once: at end of file, or when the peer breaks the protocol.
 * Then requests that wait for it complete with RT_EDIED, the peer's calls are
 * withdrawn, and what it held is abandoned. */
#ifndef RT_IPC_WIRE_H
#define RT_IPC_WIRE_H

#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

#include "ipc/frame.h"
#include "ipc/hub.h"
#include "ipc/idmap.h"
#include "ipc/ledger.h"
#include "ipc/packet.h"
#include "ipc/parcels.h"

/* Added to the state in RESULT: errors that nobody received were printed. */
enum { RT_RESULT_UNHANDLED = 0x80 };

typedef struct rt_wire rt_wire;

/* Who is at the other end; decides which frames may come in which order. */
typedef enum { RT_PEER_CHILD, RT_PEER_PARENT } rt_wire_peer;

/* What the wire does not handle itself. Called on the hub's thread, without
 * locks. */
typedef struct rt_wire_events {
    /* START, RESULT (with its state), CANCEL, BYE. Takes `message`. */
    void (*on_frame)(rt_wire *wire, rt_frame_type type, int state,
                     rt_message *message);
    /* The wire has ended. `why`: RT_OK at the end of file; RT_ECLOSED if that
     * came inside a frame; RT_EDAMAGED if the peer broke the protocol, or
     * another code, each with a message. */
    void (*on_end)(rt_wire *wire, const rt_error *why);
} rt_wire_events;

struct rt_wire {
    /* Holders: who made it; the hub while it is attached; a posted flush;
     * every rt_remote, and every rt_call under way. */
    atomic_size_t refs;
    rt_hub *hub; /* not to be touched once closed */
    const rt_wire_events *events;
    void *owner;
    rt_wire_peer peer;
    char *version; /* owned; both ends must have the same */
    char *name; /* owned; of the child, if it has one; set before it attaches */
    int fd;

    /* The hub's thread only. */
    rt_hub_member member;
    uv_poll_t poll;
    bool is_attached;
    bool has_ended;
    bool hello_seen, bounds_seen, start_seen, result_seen, bye_seen;
    rt_bounds bounds; /* in a child: what BOUNDS has said */
    rt_frame_reader reader;
    rt_parcels parcels; /* what came for frames that are not complete yet */
    size_t max_calls;   /* of the peer, under way */
    uint64_t last_call; /* number of its newest */
    rt_idmap calls;     /* those under way: ipc/calls.c */
    rt_list call_list;
    rt_list questions; /* ours, of censuses under way: ipc/survey.c */
    uint64_t last_question;
    size_t survey_count; /* the peer's, under way */
    rt_idmap aliases;    /* parties of the peer known elsewhere: calls.c */
    rt_post flush;
    uint64_t used_records;   /* of the ledger, by loans of ours: bits */
    rt_timer tick;           /* while borrowers use something: borrowed.c */
    atomic_uint quiet_ticks; /* after which places go back; tests change it */

    pthread_mutex_t lock; /* guards all below; a leaf: nothing is called or
                             released under it */
    bool is_closed;
    bool is_corked; /* queue only: the peer does not exist yet */
    bool is_broken; /* sending failed: the end will come */
    bool bye_sent;
    bool flush_posted;
    bool polls_writable; /* the hub waits until the socket takes more */
    bool is_lazy; /* what is in `out` need not leave yet: rt_wire_push_lazily */
    uint32_t send_limit; /* longest body the peer accepts */
    rt_list out;         /* packets to be sent */
    rt_list sent;        /* packets to be released by rt_wire_unlock */
    rt_packet bye;
    rt_idmap exports; /* our objects the peer knows: ipc/grants.c */
    rt_idmap exports_by_object;
    rt_list export_list;
    uint64_t last_export;
    rt_idmap imports;  /* the peer's objects we know: ipc/grants.c */
    rt_idmap requests; /* ours, not yet answered: ipc/requests.c */
    uint64_t last_request;
    uint32_t last_alias;     /* given to processes of other peers: calls.c */
    rt_list borrowers;       /* that have something of the peer's: borrow.c */
    int ledger;              /* descriptor, or -1; set before it is attached */
    rt_loan_record *records; /* mapped at first need by the hub's thread */

    rt_list borrowing_link; /* in runtime->borrowing, guarded by its lock */
    atomic_bool has_unsent; /* a borrower has items that are not in `out` */

    /* Frames that count (rt_frame_counts). Those that were queued count as sent; written under the
     * lock. */
    _Atomic uint64_t frames_in, frames_out;
    /* A child that is quiet: nothing but what is sent to it will make it go on.
     * Else it is a source (exec/quiet.h) as long as the wire is open. Set under
     * the lock by the hub's thread. */
    atomic_bool is_quiet;
    atomic_bool is_told; /* the child may end: rt_wire_note_told */
};

enum { RT_WIRE_MAX_CALLS = 1 << 20 }; /* under way, in each direction */

/* A corked wire with one reference; HELLO is queued. Owns: takes `fd` if it
 * succeeds. NULL: out of memory. */
rt_wire *rt_wire_new(rt_hub *hub, int fd, rt_wire_peer peer,
                     const char *version, const rt_wire_events *events,
                     void *owner);
void rt_wire_ref(rt_wire *wire);
void rt_wire_unref(rt_wire *wire);

/* Before it is attached: takes the descriptor of a ledger. Without one no items
 * are lent. */
void rt_wire_set_ledger(rt_wire *wire, int fd);

/* Record `index` of the ledger; NULL: there is none. The parent's loans have
 * the records from 0 on, the child's those from RT_LEDGER_RECORDS / 2 on.
 * Hub's thread. */
rt_loan_record *rt_wire_record(rt_wire *wire, unsigned index);

/* Starts to serve and uncorks. Hub's thread.
 * Returns: RT_OK, or what uv says (the wire is as before). */
int rt_wire_attach(rt_wire *wire);

/* Receives all that is there, then ends the wire as at the end of file: the
 * peer is known to be gone. Hub's thread. */
void rt_wire_drain(rt_wire *wire);

/* Whether the peer's process is gone, if the wire has ended, without having come
 * to its end in order. Hub's thread. */
bool rt_wire_peer_died(const rt_wire *wire);

/* Ends the wire; no effect if it has ended. Hub's thread. */
void rt_wire_close(rt_wire *wire, const rt_error *why);

/* ---- sending; any thread ---- */

void rt_wire_lock(rt_wire *wire);

/* Releases packets that are done; so the caller must own a reference to the
 * wire, and hold no other lock that their release could want. */
void rt_wire_unlock(rt_wire *wire);

/* Under the lock: seals and queues a filled packet, and grants the objects of
 * its message to the peer.
 * Returns: RT_OK (released later, exactly once); RT_EDIED, RT_ETYPE (an
 * object cannot be used from elsewhere), RT_ENOMEMORY: not taken. */
int rt_wire_push(rt_wire *wire, rt_packet *packet, uint64_t request);

/* The same, but it leaves with the next packet that is pushed, or with
 * rt_wire_flush: whoever pushes it sees to that. */
int rt_wire_push_lazily(rt_wire *wire, rt_packet *packet, uint64_t request);

/* Sends what borrowers have gathered, and what was pushed lazily. */
void rt_wire_flush(rt_wire *wire);

/* The three steps in one. Owns: takes `packet` on RT_OK. */
int rt_wire_send(rt_wire *wire, rt_packet *packet, uint64_t request);

/* Under the lock: one more frame is in `out`. */
void rt_wire_count_sent(rt_wire *wire);

/* One more has come. Hub's thread. */
void rt_wire_count_received(rt_wire *wire);

/* The child was asked to stop, or sent a signal: it is not quiet, and what its
 * strands wait for is not for good. Any thread. */
void rt_wire_note_told(rt_wire *wire);

/* The peer was quiet when it had received and sent so many frames. Hub's
 * thread. */
void rt_wire_hear_quiet(rt_wire *wire, uint64_t received, uint64_t sent);

/* Tells the peer so. Returns: RT_OK, also if there is no peer; RT_ENOMEMORY. */
int rt_wire_say_quiet(rt_wire *wire, uint64_t received, uint64_t sent);

/* Says goodbye; nothing is sent after that. */
void rt_wire_bye(rt_wire *wire);

/* ---- receiving; hub's thread: ipc/receive.c ---- */

/* Reads and handles what is there; up to `rounds` system calls, 0 for no
 * bound. Ends the wire when its time has come. */
void rt_wire_receive(rt_wire *wire, unsigned rounds);

/* Looks once whether something is there, and handles it. */
bool rt_wire_look(rt_wire *wire);

#endif
