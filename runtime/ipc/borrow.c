/* borrow.c - using what was lent, on the threads of the scripts. */
#include "ipc/borrower.h"

#include <assert.h>

#include "base/alloc.h"
#include "data/encode.h"
#include "exec/runtime.h"
#include "ipc/bytes.h"
#include "sync/channel.h"

enum {
    SOON_NS = 50 * 1000,       /* a send after that leaves at once */
    REPEATED_NS = 1000 * 1000, /* a call within that asks to borrow */
    GATHERED_BYTES = 3000,     /* are sent: any peer takes 4096 */
    LARGE_STRING = 512         /* is sent by itself */
};

/* ---- frames of numbers ---- */

/* Fields: the channel's number, then these. */
void rt_borrow_fill_numbers(rt_packet *packet, uint64_t id,
                            const uint64_t *numbers, size_t count) {
    uint8_t fields[24];
    rt_put_u64(fields, id);
    for (size_t i = 0; i < count; i++)
        rt_put_u64(fields + 8 + i * 8, numbers[i]);
    /* They fit into the packet, so filling cannot fail. */
    (void)rt_packet_fill(packet, fields, 8 + count * 8, NULL, SIZE_MAX, NULL);
}

rt_packet *rt_borrow_numbers(rt_frame_type type, uint64_t id,
                             const uint64_t *numbers, size_t count) {
    rt_packet *packet = rt_packet_new(type);
    if (packet) rt_borrow_fill_numbers(packet, id, numbers, count);
    return packet;
}

/* Returns: RT_OK, also if the home is gone; RT_ENOMEMORY. */
int rt_borrow_send_numbers(rt_wire *wire, rt_frame_type type, uint64_t id,
                           const uint64_t *numbers, size_t count) {
    rt_packet *packet = rt_borrow_numbers(type, id, numbers, count);
    if (!packet) return RT_ENOMEMORY;
    if (rt_wire_send(wire, packet, 0)) packet->release(packet);
    return RT_OK;
}

/* ---- sending ---- */

static void note_unsent(rt_wire *wire) {
    if (!atomic_load_explicit(&wire->has_unsent, memory_order_relaxed))
        atomic_store_explicit(&wire->has_unsent, true, memory_order_relaxed);
}

/* Under the lock. */
static int begin_feed(rt_borrower *b) {
    rt_packet *feed = rt_packet_new(RT_FRAME_FEED);
    rt_message *message = rt_message_new();
    if (!feed || !message || rt_encode_header(&message->bytes, 0, 0)) {
        if (feed) feed->release(feed);
        rt_message_free(message);
        return RT_ENOMEMORY;
    }
    b->feed = feed;
    b->gathered = message;
    b->count = 0;
    return RT_OK;
}

int rt_borrow_gather(rt_borrower *b, const rt_item *item) {
    int status = b->feed ? RT_OK : begin_feed(b);
    if (status == RT_OK) status = rt_item_encode(b->gathered, item);
    if (status == RT_OK) b->count++;
    return status;
}

/* Looks at the clock for the first, second, fourth... item only. */
static bool is_late(const rt_borrower *b) {
    return (b->unsent & (b->unsent - 1)) == 0 &&
           rt_clock_now() - b->sent_ns > SOON_NS;
}

/* An item more was accepted. True if it is time to send. */
bool rt_borrow_note_sent(rt_borrower *b) {
    b->uses++;
    b->unsent++;
    note_unsent(b->remote->wire);
    return atomic_load_explicit(&b->places, memory_order_relaxed) == 0 ||
           b->unsent >= b->batch || is_late(b) ||
           (b->gathered && b->gathered->bytes.size > GATHERED_BYTES);
}

bool rt_borrow_take_place(rt_borrower *b) {
    size_t places = atomic_load_explicit(&b->places, memory_order_relaxed);
    if (places == 0) return false;
    atomic_store_explicit(&b->places, places - 1, memory_order_relaxed);
    return true;
}

/* Under the lock. Who waits is first. */
static int gather_in_turn(rt_borrower *b, const rt_item *item, bool *is_due) {
    if (!rt_list_empty(&b->waiting) || !rt_borrow_take_place(b))
        return RT_EFULL;
    int status = rt_borrow_gather(b, item);
    if (status == RT_OK)
        *is_due = rt_borrow_note_sent(b);
    else
        b->places++;
    return status;
}

static int send_gathered(rt_borrower *b, rt_item *item) {
    rt_wire *wire = b->remote->wire;
    bool is_due = false;
    rt_mutex_lock(&b->lock);
    int status = gather_in_turn(b, item, &is_due);
    rt_mutex_unlock(&b->lock);
    if (status != RT_EFULL) rt_item_clear(item);
    if (is_due) rt_wire_flush(wire);
    return status;
}

/* ---- items by themselves: those with objects, which the wire must grant, and
 * large ones ---- */

bool rt_borrow_is_plain(const rt_item *item) {
    return item->kind < RT_ITEM_STRING ||
           (item->kind == RT_ITEM_STRING &&
            item->as.string.size <= LARGE_STRING);
}

static void write_id(const rt_borrower *b, uint8_t fields[8]) {
    rt_put_u64(fields, b->remote->node.id);
}

/* Clears the item. NULL: `*status` says why. */
static rt_packet *make_feed(rt_borrower *b, rt_item *item, int *status) {
    rt_packet *feed = rt_packet_new(RT_FRAME_FEED);
    rt_message *message = NULL;
    uint8_t fields[8];
    write_id(b, fields);
    *status = feed ? rt_items_encode(item, 1, &message) : RT_ENOMEMORY;
    rt_item_clear(item);
    if (*status == RT_OK)
        *status = rt_packet_fill(feed, fields, sizeof fields, message, SIZE_MAX,
                                 NULL);
    if (*status == RT_OK) return feed;
    rt_message_free(message);
    if (feed) feed->release(feed);
    return NULL;
}

static int push_feed(rt_borrower *b, rt_item *item) {
    rt_wire *wire = b->remote->wire;
    int status;
    rt_packet *feed = make_feed(b, item, &status);
    if (!feed) return status;
    rt_wire_lock(wire);
    status = rt_wire_push_lazily(wire, feed, 0);
    rt_wire_unlock(wire);
    if (status) feed->release(feed);
    return status;
}

/* A place that was taken and not used; it is the home's again if that has had
 * all recalled meanwhile, and waits for what becomes of it. */
static void return_place(rt_borrower *b, unsigned recalls) {
    rt_mutex_lock(&b->lock);
    bool is_kept = b->recalls == recalls;
    if (is_kept) b->places++;
    rt_mutex_unlock(&b->lock);
    uint64_t numbers[2] = {1, 0};
    if (!is_kept) /* no memory: it comes back with the wire's end */
        (void)rt_borrow_send_numbers(b->remote->wire, RT_FRAME_RETURN,
                                     b->remote->node.id, numbers, 2);
}

/* The place is taken first. */
int rt_borrow_send_alone(rt_borrower *b, rt_item *item, unsigned recalls) {
    int status = push_feed(b, item);
    if (status != RT_OK) {
        return_place(b, recalls);
        return status;
    }
    rt_mutex_lock(&b->lock);
    bool is_due = rt_borrow_note_sent(b);
    rt_mutex_unlock(&b->lock);
    if (is_due) rt_wire_flush(b->remote->wire);
    return status;
}

static int send_alone_in_turn(rt_borrower *b, rt_item *item) {
    rt_mutex_lock(&b->lock);
    bool has_place = rt_list_empty(&b->waiting) && rt_borrow_take_place(b);
    unsigned recalls = b->recalls;
    rt_mutex_unlock(&b->lock);
    return has_place ? rt_borrow_send_alone(b, item, recalls) : RT_EFULL;
}

/* ---- waiting for a place ---- */

static void withdraw(rt_waiter *waiter) {
    rt_borrower *b = waiter->object;
    rt_mutex_lock(&b->lock);
    rt_list_unlink(&waiter->link);
    rt_mutex_unlock(&b->lock);
}

/* Under the lock. False: there is a place now. */
static bool park(rt_borrower *b, rt_item *item, rt_waiter *waiter,
                 bool *must_ask) {
    if (b->places > 0 && rt_list_empty(&b->waiting)) return false;
    rt_waiter_park(waiter, b, withdraw);
    waiter->slot = item;
    rt_list_push(&b->waiting, &waiter->link);
    *must_ask = !b->has_asked;
    b->has_asked = true;
    return true;
}

static int wait_for_place(rt_borrower *b, rt_item *item, rt_waiter *waiter) {
    rt_wire *wire = b->remote->wire;
    rt_packet *want =
        rt_borrow_numbers(RT_FRAME_WANT, b->remote->node.id, NULL, 0);
    bool must_ask = false;
    if (!want) return RT_ENOMEMORY;
    /* Under the wire's lock, so that it cannot end in between. */
    rt_wire_lock(wire);
    rt_mutex_lock(&b->lock);
    bool is_open = !wire->is_closed && !wire->bye_sent;
    bool is_parked = is_open && park(b, item, waiter, &must_ask);
    rt_mutex_unlock(&b->lock);
    int status = must_ask ? rt_wire_push(wire, want, 0) : RT_OK;
    rt_wire_unlock(wire);
    assert(status == RT_OK);
    (void)status; /* the wire is open, and the packet has no message */
    if (!must_ask) want->release(want);
    if (!is_open) return RT_EDIED;
    return is_parked ? RT_PENDING : RT_EFULL;
}

/* Under the lock: the oldest that can be claimed; NULL: none. */
rt_waiter *rt_borrow_claim(rt_borrower *b) {
    for (rt_list *node; (node = rt_list_pop(&b->waiting)) != NULL;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (rt_waiter_claim(waiter)) return waiter;
    }
    return NULL;
}

/* ---- for the host ---- */

/* Whether the script does this again and again, so that it is worth to borrow. */
static bool has_repeated(const rt_borrower *b, _Atomic int64_t *last_ns) {
    int64_t now_ns = rt_clock_now();
    int64_t before_ns =
        atomic_exchange_explicit(last_ns, now_ns, memory_order_relaxed);
    return now_ns - before_ns < REPEATED_NS || (b && b->is_watched);
}

static int send_now(rt_borrower *b, rt_item *item) {
    if (!b || atomic_load_explicit(&b->places, memory_order_relaxed) == 0)
        return RT_EFULL;
    return rt_borrow_is_plain(item) ? send_gathered(b, item)
                                    : send_alone_in_turn(b, item);
}

int rt_borrow_send(rt_object *channel, rt_item *item, rt_waiter *waiter,
                   int *operation) {
    rt_borrower *b = rt_borrower_of(channel);
    int status = send_now(b, item);
    if (status != RT_EFULL || !waiter) return status;
    bool is_repeated = has_repeated(b, &rt_remote_of(channel)->sent_ns);
    *operation = is_repeated ? RT_CHANNEL_SEND_ON : RT_CHANNEL_SEND;
    while (status == RT_EFULL && is_repeated && b && b->window > 0) {
        status = wait_for_place(b, item, waiter);
        if (status == RT_EFULL) status = send_now(b, item);
    }
    return status;
}

/* ---- the wire's queue ---- */

/* Under both locks. Nothing in it can fail: there are no objects, and the
 * fields fit into the packet. */
static rt_packet *finish_feed(rt_borrower *b, int64_t now_ns) {
    b->unsent = 0;
    b->sent_ns = now_ns;
    rt_packet *feed = b->feed;
    if (!feed) return NULL;
    uint8_t fields[8];
    write_id(b, fields);
    rt_encode_patch_header(&b->gathered->bytes, b->count, 0);
    (void)rt_packet_fill(feed, fields, sizeof fields, b->gathered, SIZE_MAX,
                         NULL);
    rt_packet_seal(feed, 0);
    b->feed = NULL;
    b->gathered = NULL;
    return feed;
}

void rt_borrowers_queue(rt_wire *wire) {
    if (!atomic_load_explicit(&wire->has_unsent, memory_order_relaxed)) return;
    atomic_store_explicit(&wire->has_unsent, false, memory_order_relaxed);
    int64_t now_ns = rt_clock_now();
    for (rt_list *node = wire->borrowers.next; node != &wire->borrowers;
         node = node->next) {
        rt_borrower *b = rt_container_of(node, rt_borrower, link);
        rt_mutex_lock(&b->lock);
        rt_packet *feed = finish_feed(b, now_ns);
        rt_mutex_unlock(&b->lock);
        if (!feed) continue;
        rt_list_push(&wire->out, &feed->link);
        rt_wire_count_sent(wire);
    }
}

/* ---- receiving ---- */

/* Whether the home waits to hear of what was taken, and has not. */
bool rt_borrow_must_tell(const rt_borrower *b) {
    return b->record && b->taken > b->told &&
           atomic_load(&b->record->tell) > b->told;
}

/* Under the lock: an item was taken. True if the home is to be told now. */
static bool note_taken(rt_borrower *b) {
    b->uses++;
    b->taken++;
    atomic_store(&b->record->taken, b->taken); /* before anybody has it */
    if (!rt_borrow_must_tell(b)) return false;
    if (b->is_watched && b->taken < atomic_load(&b->record->tell)) return false;
    b->told = b->taken;
    return true;
}

static void tell(rt_borrower *b) {
    /* No memory: it is told with the next item, or asks. */
    (void)rt_borrow_send_numbers(b->remote->wire, RT_FRAME_TAKEN,
                                 b->remote->node.id, NULL, 0);
}

static int take_lent(rt_borrower *b, rt_item *item) {
    if (!b || atomic_load_explicit(&b->left, memory_order_relaxed) == 0)
        return RT_EEMPTY;
    bool is_due = false;
    rt_mutex_lock(&b->lock);
    bool has_item = b->left > 0;
    if (has_item) {
        rt_item_move(item, &b->stock[b->first++]);
        b->left--;
        is_due = note_taken(b);
    }
    rt_mutex_unlock(&b->lock);
    if (is_due) tell(b);
    return has_item ? RT_OK : RT_EEMPTY;
}

int rt_borrow_recv(rt_object *channel, rt_item *item, int *operation) {
    rt_borrower *b = rt_borrower_of(channel);
    int status = take_lent(b, item);
    if (status == RT_OK) return status;
    bool is_repeated = has_repeated(b, &rt_remote_of(channel)->received_ns);
    *operation = is_repeated ? RT_CHANNEL_RECV_ON : RT_CHANNEL_RECV;
    return status;
}

/* ---- before a thread sleeps ---- */

enum { WIRES_AT_ONCE = 8 };

/* The next ones with something to send, each with a reference. */
static size_t find_unsent(rt_runtime *runtime, rt_wire *wires[WIRES_AT_ONCE]) {
    size_t count = 0;
    pthread_mutex_lock(&runtime->lock);
    for (rt_list *node = runtime->borrowing.next;
         node != &runtime->borrowing && count < WIRES_AT_ONCE;
         node = node->next) {
        rt_wire *wire = rt_container_of(node, rt_wire, borrowing_link);
        if (!atomic_load_explicit(&wire->has_unsent, memory_order_relaxed))
            continue;
        rt_wire_ref(wire);
        wires[count++] = wire;
    }
    pthread_mutex_unlock(&runtime->lock);
    return count;
}

void rt_borrow_flush(rt_runtime *runtime) {
    rt_wire *wires[WIRES_AT_ONCE];
    if (atomic_load_explicit(&runtime->borrowing_count, memory_order_relaxed) ==
        0)
        return;
    size_t count = find_unsent(runtime, wires);
    for (size_t i = 0; i < count; i++) {
        rt_wire_flush(wires[i]);
        rt_wire_unref(wires[i]);
    }
}

void rt_borrow_before_sleep(rt_loop *loop) {
    rt_borrow_flush(loop->sleep_context);
}
