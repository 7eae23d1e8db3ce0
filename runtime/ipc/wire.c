/* wire.c - the life of a wire, and its sending side.
 *
 * Order: frames leave in the order they were pushed, because a packet is
 * sealed, queued and maybe sent under one hold of the lock. Packets that are
 * done are released after the lock is dropped: releasing frees messages, which
 * may free remote ends, which send on this very wire.
 *
 * uv_poll_t instead of uv_pipe_t, since sending happens on any thread. When
 * the peer closes with our bytes unread, epoll reports an error and uv stops
 * the poll with UV_EBADF; reading on still gives what was sent, then the end
 * of file, so that is what on_ready does. */
#include "ipc/wire.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdalign.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "exec/quiet.h"
#include "ipc/borrow.h"
#include "ipc/bytes.h"
#include "ipc/calls.h"
#include "ipc/grants.h"
#include "ipc/requests.h"
#include "ipc/survey.h"

#define LAST_NS (300 * 1000 * 1000)

/* Steps, in the order they happen. */
static void on_ready(uv_poll_t *poll, int status, int events);
static void on_flush(rt_post *post);
static void on_member_end(rt_hub_member *member);
static void on_closed(uv_handle_t *handle);

static void keep(rt_packet *packet) {
    (void)packet; /* part of the wire */
}

/* body: byte order u32, sizes of pointer and long u8, 0 u16, limit u32,
 * version text. */
static int queue_hello(rt_wire *wire) {
    uint8_t body[255] = {0};
    uint32_t order = 0x01020304; /* as this machine has it */
    memcpy(body, &order, 4);
    body[4] = sizeof(void *);
    body[5] = sizeof(long);
    rt_put_u32(body + 8, wire->reader.limit);
    size_t text = strnlen(wire->version, sizeof body - 12);
    memcpy(body + 12, wire->version, text);
    rt_packet *packet = rt_packet_new(RT_FRAME_HELLO);
    if (!packet) return RT_ENOMEMORY;
    int status = rt_packet_fill(packet, body, 12 + text, NULL, SIZE_MAX, NULL);
    if (status == RT_OK) status = rt_wire_send(wire, packet, 0);
    if (status) packet->release(packet);
    return status;
}

static void init_hub_part(rt_wire *wire) {
    wire->member.stop = wire->member.kill = on_member_end;
    rt_list_init(&wire->member.link);
    rt_frame_reader_init(&wire->reader, RT_FRAME_LIMIT);
    wire->max_calls = RT_WIRE_MAX_CALLS;
    rt_idmap_init(&wire->calls);
    rt_list_init(&wire->call_list);
    rt_list_init(&wire->questions);
    rt_idmap_init(&wire->aliases);
    wire->flush.run = on_flush;
    rt_borrowers_init(wire);
}

static void init_shared_part(rt_wire *wire) {
    pthread_mutex_init(&wire->lock, NULL);
    wire->is_corked = true;
    wire->send_limit = RT_FRAME_LIMIT;
    rt_list_init(&wire->out);
    rt_list_init(&wire->sent);
    rt_packet_init(&wire->bye, RT_FRAME_BYE, keep);
    rt_idmap_init(&wire->exports);
    rt_idmap_init(&wire->exports_by_object);
    rt_list_init(&wire->export_list);
    rt_idmap_init(&wire->imports);
    rt_idmap_init(&wire->requests);
    rt_list_init(&wire->borrowers);
    wire->ledger = -1;
}

rt_wire *rt_wire_new(rt_hub *hub, int fd, rt_wire_peer peer,
                     const char *version, const rt_wire_events *events,
                     void *owner) {
    rt_wire *wire = rt_calloc(sizeof *wire);
    if (!wire) return NULL;
    atomic_init(&wire->refs, 1);
    wire->hub = hub;
    wire->events = events;
    wire->owner = owner;
    wire->peer = peer;
    wire->fd = -1; /* the caller's until all is well */
    init_hub_part(wire);
    init_shared_part(wire);
    wire->version = rt_strdup(version ? version : "");
    if (!wire->version || queue_hello(wire)) {
        rt_wire_unref(wire);
        return NULL;
    }
    wire->fd = fd;
    return wire;
}

static void release_all(rt_list *packets) {
    for (rt_list *node; (node = rt_list_pop(packets)) != NULL;) {
        rt_packet *packet = rt_container_of(node, rt_packet, link);
        packet->release(packet);
    }
}

void rt_wire_ref(rt_wire *wire) {
    atomic_fetch_add_explicit(&wire->refs, 1, memory_order_relaxed);
}

void rt_wire_unref(rt_wire *wire) {
    if (!wire) return;
    if (atomic_fetch_sub_explicit(&wire->refs, 1, memory_order_acq_rel) != 1)
        return;
    /* Either it has ended, or it was never attached. Releasing may bring
     * drops of remote ends back to other wires, never to this one: each of
     * its own holds a reference. */
    release_all(&wire->out);
    rt_grants_revoke(wire);
    assert(rt_list_empty(&wire->sent) && rt_list_empty(&wire->call_list));
    rt_idmap_deinit(&wire->calls);
    rt_idmap_deinit(&wire->aliases);
    rt_idmap_deinit(&wire->exports);
    rt_idmap_deinit(&wire->exports_by_object);
    rt_idmap_deinit(&wire->imports);
    rt_idmap_deinit(&wire->requests);
    rt_frame_reader_deinit(&wire->reader);
    if (wire->fd >= 0) (void)close(wire->fd);
    if (wire->ledger >= 0) (void)close(wire->ledger);
    rt_ledger_unmap(wire->records);
    pthread_mutex_destroy(&wire->lock);
    rt_free(wire->version);
    rt_free(wire->name);
    rt_free(wire);
}

/* ---- the ledger ---- */

void rt_wire_set_ledger(rt_wire *wire, int fd) {
    wire->ledger = fd;
}

rt_loan_record *rt_wire_record(rt_wire *wire, unsigned index) {
    if (wire->ledger < 0 || index >= RT_LEDGER_RECORDS) return NULL;
    if (!wire->records) wire->records = rt_ledger_map(wire->ledger);
    return wire->records ? &wire->records[index] : NULL;
}

/* ---- sending ---- */

enum { MAX_PIECES = 32 };

static int gather(rt_wire *wire, struct iovec pieces[MAX_PIECES]) {
    int count = 0;
    for (rt_list *node = wire->out.next; node != &wire->out;
         node = node->next) {
        rt_packet *packet = rt_container_of(node, rt_packet, link);
        bool begins_anew =
            packet->has_parcels && packet->sent == 0 && count > 0;
        if (count > MAX_PIECES - 3 || begins_anew) break;
        count += rt_packet_rest(packet, pieces + count);
    }
    return count;
}

static void take_off_sent(rt_wire *wire, size_t bytes) {
    rt_list *node = wire->out.next;
    while (bytes > 0) {
        rt_packet *packet = rt_container_of(node, rt_packet, link);
        size_t left = rt_packet_size(packet) - packet->sent;
        if (bytes < left) {
            packet->sent += bytes;
            return;
        }
        bytes -= left;
        node = node->next;
        rt_list_unlink(&packet->link);
        rt_list_push(&wire->sent, &packet->link);
    }
}

static void send_queued(rt_wire *wire) {
    while (!rt_list_empty(&wire->out) && !wire->is_broken) {
        struct iovec pieces[MAX_PIECES];
        struct msghdr header = {.msg_iov = pieces};
        header.msg_iovlen = (size_t)gather(wire, pieces);
        rt_packet *first = rt_container_of(wire->out.next, rt_packet, link);
        alignas(struct cmsghdr) char control[RT_PARCELS_CONTROL];
        if (first->has_parcels && first->sent == 0)
            rt_parcels_attach(first, &header, control);
        ssize_t count = sendmsg(wire->fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0)
            take_off_sent(wire, (size_t)count);
        else if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM)
            return; /* goes on when the socket takes more */
        else if (errno != EINTR)
            wire->is_broken = true; /* the end is seen by receiving */
    }
}

void rt_wire_lock(rt_wire *wire) {
    pthread_mutex_lock(&wire->lock);
}

void rt_wire_unlock(rt_wire *wire) {
    rt_list done;
    rt_list_init(&done);
    rt_list_move(&done, &wire->sent);
    bool needs_hub = !rt_list_empty(&wire->out) && !wire->is_lazy &&
                     !wire->is_corked && !wire->is_broken && !wire->is_closed &&
                     !wire->polls_writable && !wire->flush_posted;
    if (needs_hub) {
        wire->flush_posted = true;
        rt_wire_ref(wire); /* until on_flush */
        /* Under the lock: the hub lives at least until is_closed is set. */
        rt_loop_post(rt_hub_loop(wire->hub), &wire->flush);
    }
    pthread_mutex_unlock(&wire->lock);
    release_all(&done);
}

/* What borrowers have gathered was there first. */
static int queue(rt_wire *wire, rt_packet *packet, uint64_t request) {
    if (wire->is_closed || wire->bye_sent) return RT_EDIED;
    if (packet->length > wire->send_limit) return RT_ELIMIT;
    int status = rt_grants_write(wire, packet);
    if (status) return status;
    rt_borrowers_queue(wire);
    rt_packet_seal(packet, request);
    rt_list_push(&wire->out, &packet->link);
    if (rt_frame_counts(packet->type)) rt_wire_count_sent(wire);
    return RT_OK;
}

/* ---- whether a child is quiet ----
 *
 * A wire keeps the order of frames, and is the only way to a child. So a child
 * that says that it was quiet when it had received all that was sent to it is
 * quiet still: since then nothing could have made it go on. */

static void note_activity(rt_wire *wire) {
    if (atomic_load_explicit(&wire->is_quiet, memory_order_relaxed) &&
        atomic_exchange(&wire->is_quiet, false))
        rt_quiet_add_source(rt_hub_runtime(wire->hub));
}

void rt_wire_count_sent(rt_wire *wire) {
    atomic_fetch_add_explicit(&wire->frames_out, 1, memory_order_relaxed);
    note_activity(wire);
}

void rt_wire_count_received(rt_wire *wire) {
    atomic_fetch_add_explicit(&wire->frames_in, 1, memory_order_relaxed);
    note_activity(wire);
}

void rt_wire_note_told(rt_wire *wire) {
    atomic_store(&wire->is_told, true);
    rt_wire_lock(wire);
    if (!wire->is_closed) note_activity(wire);
    rt_wire_unlock(wire);
}

void rt_wire_hear_quiet(rt_wire *wire, uint64_t received, uint64_t sent) {
    rt_wire_lock(wire);
    bool becomes_quiet = !wire->is_closed && !wire->is_quiet &&
                         received == wire->frames_out &&
                         sent == wire->frames_in;
    if (becomes_quiet) wire->is_quiet = true;
    rt_wire_unlock(wire);
    if (becomes_quiet) rt_quiet_remove_source(rt_hub_runtime(wire->hub));
}

int rt_wire_say_quiet(rt_wire *wire, uint64_t received, uint64_t sent) {
    uint8_t fields[16];
    rt_put_u64(fields, received);
    rt_put_u64(fields + 8, sent);
    rt_packet *packet = rt_packet_new(RT_FRAME_QUIET);
    if (!packet) return RT_ENOMEMORY;
    /* Fields fit into the packet, so filling cannot fail. */
    (void)rt_packet_fill(packet, fields, sizeof fields, NULL, SIZE_MAX, NULL);
    if (rt_wire_send(wire, packet, 0)) packet->release(packet);
    return RT_OK;
}

int rt_wire_push(rt_wire *wire, rt_packet *packet, uint64_t request) {
    bool can_send = rt_list_empty(&wire->out) || wire->is_lazy;
    int status = queue(wire, packet, request);
    if (status) return status;
    wire->is_lazy = false;
    if (can_send && !wire->is_corked) send_queued(wire);
    return RT_OK;
}

int rt_wire_push_lazily(rt_wire *wire, rt_packet *packet, uint64_t request) {
    bool is_lazy = rt_list_empty(&wire->out) || wire->is_lazy;
    int status = queue(wire, packet, request);
    if (status == RT_OK) wire->is_lazy = is_lazy;
    return status;
}

void rt_wire_flush(rt_wire *wire) {
    rt_wire_lock(wire);
    bool can_send = rt_list_empty(&wire->out) || wire->is_lazy;
    rt_borrowers_queue(wire);
    wire->is_lazy = false;
    if (can_send && !wire->is_corked) send_queued(wire);
    rt_wire_unlock(wire);
}

int rt_wire_send(rt_wire *wire, rt_packet *packet, uint64_t request) {
    rt_wire_lock(wire);
    int status = rt_wire_push(wire, packet, request);
    rt_wire_unlock(wire);
    return status;
}

void rt_wire_bye(rt_wire *wire) {
    rt_wire_lock(wire);
    if (rt_wire_push(wire, &wire->bye, 0) == RT_OK) wire->bye_sent = true;
    rt_wire_unlock(wire);
}

/* ---- on the hub's thread ---- */

static void poll_for(rt_wire *wire, int events) {
    int status = uv_poll_start(&wire->poll, events, on_ready);
    assert(status == 0); /* fails only for a bad handle */
    (void)status;
}

/* Locked before, unlocked after: sends what is queued, and waits for the
 * socket if it does not take all. */
static void flush_and_unlock(rt_wire *wire) {
    bool is_open = !wire->is_closed;
    wire->is_lazy = false;
    if (is_open) send_queued(wire);
    bool more = is_open && !rt_list_empty(&wire->out) && !wire->is_broken;
    bool changes = more != wire->polls_writable;
    wire->polls_writable = more;
    rt_wire_unlock(wire);
    if (is_open && changes)
        poll_for(wire, more ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static void flush(rt_wire *wire) {
    rt_wire_lock(wire);
    flush_and_unlock(wire);
}

static void on_flush(rt_post *post) {
    rt_wire *wire = rt_container_of(post, rt_wire, flush);
    rt_wire_lock(wire);
    wire->flush_posted = false; /* nowhere else: now it is in no inbox */
    flush_and_unlock(wire);
    rt_wire_unref(wire); /* of rt_wire_unlock */
}

static void on_ready(uv_poll_t *poll, int status, int events) {
    rt_wire *wire = rt_container_of(poll, rt_wire, poll);
    rt_loop_rouse(rt_hub_loop(wire->hub));
    if (status < 0) {
        rt_wire_drain(wire);
        return;
    }
    if (events & UV_WRITABLE) flush(wire);
    if (events & UV_READABLE) rt_wire_receive(wire, 4);
}

int rt_wire_attach(rt_wire *wire) {
    uv_loop_t *loop = rt_loop_uv(rt_hub_loop(wire->hub));
    int status = uv_poll_init(loop, &wire->poll, wire->fd);
    if (status) return status;
    wire->is_attached = true;
    rt_wire_ref(wire); /* until on_closed */
    poll_for(wire, UV_READABLE);
    rt_wire_lock(wire);
    wire->is_corked = false;
    rt_wire_unlock(wire);
    flush(wire);
    rt_hub_join(wire->hub, &wire->member); /* may end it at once */
    return RT_OK;
}

void rt_wire_drain(rt_wire *wire) {
    rt_wire_receive(wire, 0);
    rt_error why = {.status = RT_OK};
    if (!wire->has_ended) (void)rt_frame_end(&wire->reader, &why);
    rt_wire_close(wire, &why);
}

/* Items that were accepted are still to be sent when the process ends. A parent
 * that does not read for so long has other troubles. */
static void send_last(rt_wire *wire) {
    int64_t end = rt_clock_now() + LAST_NS;
    rt_wire_flush(wire);
    rt_wire_lock(wire);
    while (!rt_list_empty(&wire->out) && !wire->is_broken && !wire->is_corked &&
           rt_clock_now() < end) {
        struct pollfd ready = {.fd = wire->fd, .events = POLLOUT};
        rt_wire_unlock(wire);
        (void)poll(&ready, 1, 10);
        rt_wire_lock(wire);
        send_queued(wire);
    }
    rt_wire_unlock(wire);
}

/* The hub stops. A child's wire ends when the child does; this process's own
 * end of its parent's wire is closed. */
static void on_member_end(rt_hub_member *member) {
    rt_wire *wire = rt_container_of(member, rt_wire, member);
    rt_error why = {.status = RT_OK};
    if (wire->peer != RT_PEER_PARENT) return;
    send_last(wire);
    rt_wire_close(wire, &why);
}

bool rt_wire_peer_died(const rt_wire *wire) {
    return wire->peer == RT_PEER_CHILD ? !wire->result_seen : !wire->bye_seen;
}

void rt_wire_close(rt_wire *wire, const rt_error *why) {
    if (wire->has_ended) return;
    wire->has_ended = true;
    if (rt_hub_expected(wire->hub) == wire) rt_hub_expect(wire->hub, NULL);
    rt_parcels_close(&wire->parcels);
    rt_list unsent;
    rt_list_init(&unsent);
    rt_wire_lock(wire);
    wire->is_closed = true;
    rt_list_move(&unsent, &wire->out);
    note_activity(wire); /* until its process is gone, too */
    rt_wire_unlock(wire);
    release_all(&unsent);
    rt_borrowers_end(wire);
    rt_requests_fail(wire);
    rt_survey_fail(wire);
    rt_calls_withdraw(wire);
    rt_grants_revoke(wire);
    rt_calls_forget_parties(wire);
    wire->events->on_end(wire, why);
    uv_close((uv_handle_t *)&wire->poll, on_closed);
}

static void on_closed(uv_handle_t *handle) {
    rt_wire *wire = rt_container_of((uv_poll_t *)handle, rt_wire, poll);
    rt_loop_rouse(rt_hub_loop(wire->hub));
    (void)close(wire->fd);
    wire->fd = -1;
    wire->is_attached = false;
    rt_hub_leave(wire->hub, &wire->member);
    rt_wire_unref(wire); /* of rt_wire_attach */
}
