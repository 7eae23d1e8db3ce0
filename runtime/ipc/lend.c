/* lend.c - a loan is made when a borrower first asks, and ends with the grant
 * of its channel to that wire.
 *
 * Who asks gets his answer after what he borrows, so that it is there when he
 * goes on. Later, places follow as soon as half of them are used and others
 * are free. */
#include "ipc/lend.h"

#include <sched.h>

#include "base/alloc.h"
#include "ipc/bytes.h"
#include "ipc/grants.h"
#include "sync/channel.h"

enum { NO_RECORD = -1 };

struct loan {
    rt_loan loan;
    atomic_int refs; /* the channel's; of each packet, while the wire has it;
                        of the waiter, until it was served */
    atomic_bool has_ended;
    rt_wire *wire; /* a reference, until this is freed: who makes room may be
                      about to answer when the wire ends */
    uint64_t id;   /* of the channel, as the borrower knows it */
    int record;    /* its index in the ledger, or NO_RECORD */
    rt_channel *channel; /* borrowed: it has the loan, or waits for on_place */
    rt_packet recall;
    atomic_bool is_recalling;
    rt_packet answer; /* LEND, when a place was waited for */
    atomic_bool is_answering;
};

static struct loan *loan_of(rt_loan *loan) {
    return rt_container_of(loan, struct loan, loan);
}

static void unref(struct loan *loan) {
    if (atomic_fetch_sub(&loan->refs, 1) != 1) return;
    rt_wire_unref(loan->wire); /* of new_loan */
    rt_free(loan);
}

static void unref_channel(rt_channel *channel) {
    rt_object_unref((rt_object *)(void *)channel);
}

static void on_recall_done(rt_packet *packet) {
    struct loan *loan = rt_container_of(packet, struct loan, recall);
    rt_packet_clear(packet);
    atomic_store(&loan->is_recalling, false);
    unref(loan);
}

/* rt_loan.ask_back. A recall that has not left yet will do for this one. */
static void ask_back(rt_loan *base) {
    struct loan *loan = loan_of(base);
    uint8_t fields[8];
    rt_put_u64(fields, loan->id);
    if (atomic_exchange(&loan->is_recalling, true)) return;
    (void)rt_packet_fill(&loan->recall, fields, sizeof fields, NULL, SIZE_MAX,
                         NULL);       /* fits, so it cannot fail */
    atomic_fetch_add(&loan->refs, 1); /* until on_recall_done */
    if (rt_wire_send(loan->wire, &loan->recall, 0))
        on_recall_done(&loan->recall); /* the wire's end takes all back */
}

/* rt_loan.end */
static void end(rt_loan *base) {
    struct loan *loan = loan_of(base);
    rt_wire *wire = loan->wire;
    if (loan->record != NO_RECORD)
        wire->used_records &= ~(UINT64_C(1) << loan->record);
    loan->has_ended = true;
    unref(loan);
}

static void fill_lend(rt_packet *packet, uint64_t id, size_t places) {
    uint8_t fields[16];
    rt_put_u64(fields, id);
    rt_put_u64(fields + 8, places);
    (void)rt_packet_fill(packet, fields, sizeof fields, NULL, SIZE_MAX,
                         NULL); /* fits, so it cannot fail */
}

static void on_answer_done(rt_packet *packet) {
    struct loan *loan = rt_container_of(packet, struct loan, answer);
    rt_packet_clear(packet);
    atomic_store(&loan->is_answering, false);
    unref(loan);
}

/* The borrower asks again only when it has the last answer, so that has been
 * sent; at most the thread that did has not yet said so. */
static void answer(struct loan *loan, size_t places) {
    while (atomic_load(&loan->is_answering)) (void)sched_yield();
    fill_lend(&loan->answer, loan->id, places);
    atomic_store(&loan->is_answering, true);
    atomic_fetch_add(&loan->refs, 1); /* until on_answer_done */
    if (rt_wire_send(loan->wire, &loan->answer, 0))
        on_answer_done(&loan->answer); /* the wire's end takes all back */
}

/* rt_loan.on_place */
static void on_place(rt_loan *base, int status) {
    struct loan *loan = loan_of(base);
    bool has_ended = loan->has_ended; /* or it does now: nobody hears it then */
    if (!has_ended && status == RT_OK)
        answer(loan, 1 + rt_channel_lend_places(loan->channel, base));
    else if (!has_ended && status == RT_ECLOSED)
        answer(loan, 0);
    unref_channel(loan->channel); /* of rt_lend_wanted, as is the next */
    unref(loan);
}

static rt_loan *new_loan(rt_wire *wire, rt_channel *channel) {
    uint64_t id = rt_grants_number(wire, (rt_object *)(void *)channel);
    struct loan *loan = id ? rt_calloc(sizeof *loan) : NULL;
    if (!loan) return NULL;
    rt_wire_ref(wire); /* until unref */
    loan->wire = wire;
    loan->id = id;
    loan->record = NO_RECORD;
    atomic_init(&loan->refs, 1);
    rt_packet_init(&loan->recall, RT_FRAME_RECALL, on_recall_done);
    rt_packet_init(&loan->answer, RT_FRAME_LEND, on_answer_done);
    loan->channel = channel;
    loan->loan.wire = wire;
    loan->loan.on_place = on_place;
    loan->loan.ask_back = ask_back;
    loan->loan.end = end;
    rt_channel_add_loan(channel, &loan->loan, rt_hub_loop(wire->hub));
    return &loan->loan;
}

/* ---- places ---- */

typedef int (*push_function)(rt_wire *wire, rt_packet *packet,
                             uint64_t request);

static void lend_places(rt_channel *channel, rt_loan *base,
                        push_function push) {
    struct loan *loan = loan_of(base);
    rt_packet *packet = rt_packet_new(RT_FRAME_LEND);
    if (!packet) return;
    size_t count = rt_channel_lend_places(channel, base);
    fill_lend(packet, loan->id, count);
    int status = RT_EFULL;
    if (count > 0) {
        rt_wire_lock(loan->wire);
        status = push(loan->wire, packet, 0);
        rt_wire_unlock(loan->wire);
    }
    if (status == RT_OK) return;
    packet->release(packet);
    rt_channel_lend_less(channel, base, count, 0, rt_hub_loop(loan->wire->hub));
}

/* ---- items ---- */

/* A record of our half of the ledger. */
static rt_loan_record *find_record(struct loan *loan) {
    rt_wire *wire = loan->wire;
    int half = RT_LEDGER_RECORDS / 2;
    int first = wire->peer == RT_PEER_CHILD ? 0 : half;
    for (int i = first; i < first + half && loan->record == NO_RECORD; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if (wire->used_records & bit) continue;
        wire->used_records |= bit;
        loan->record = i;
    }
    return loan->record == NO_RECORD
               ? NULL
               : rt_wire_record(wire, (unsigned)loan->record);
}

/* Clears the items. */
static int push_stock(struct loan *loan, rt_item *items, size_t count) {
    uint8_t fields[12];
    rt_put_u64(fields, loan->id);
    rt_put_u32(fields + 8, (uint32_t)loan->record);
    rt_message *message;
    int status = rt_items_encode(items, count, &message);
    rt_packet *packet = status ? NULL : rt_packet_new(RT_FRAME_STOCK);
    if (packet)
        status = rt_packet_fill(packet, fields, sizeof fields, message,
                                SIZE_MAX, NULL);
    else if (status == RT_OK)
        status = RT_ENOMEMORY;
    if (status) {
        rt_message_free(message);
        if (packet) packet->release(packet);
        return status;
    }
    rt_wire_lock(loan->wire);
    status = rt_wire_push_lazily(loan->wire, packet, 0);
    rt_wire_unlock(loan->wire);
    if (status) packet->release(packet);
    return status;
}

/* How many fit into one frame: up to the first that is a message, with it. */
static size_t group(const rt_item *items, size_t count) {
    size_t size = 0;
    while (size < count)
        if (items[size++].kind == RT_ITEM_MESSAGE) break;
    return size;
}

static void lend_items(rt_channel *channel, rt_loan *base) {
    struct loan *loan = loan_of(base);
    rt_loan_record *record = find_record(loan);
    if (!record) return;
    rt_item copies[RT_LOAN_MOST];
    size_t count =
        rt_channel_lend_items(channel, base, record, copies, RT_LOAN_MOST);
    size_t done = 0;
    while (done < count) {
        size_t size = group(copies + done, count - done);
        if (push_stock(loan, copies + done, size) != RT_OK) break;
        done += size;
    }
    for (size_t i = done; i < count; i++) rt_item_clear(&copies[i]);
    if (done < count)
        rt_channel_lend_less(channel, base, 0, count - done,
                             rt_hub_loop(loan->wire->hub));
}

void rt_lend(rt_call *call, rt_call_lends what) {
    rt_channel *channel = (rt_channel *)(void *)call->object;
    rt_loan *loan = rt_channel_find_loan(channel, call->wire);
    if (!loan) loan = new_loan(call->wire, channel);
    if (!loan) return;
    if (what == RT_CALL_LEND_PLACES)
        lend_places(channel, loan, rt_wire_push_lazily);
    else
        lend_items(channel, loan);
}

/* ---- what comes back ---- */

/* The channel, with a reference, and the loan. Returns: RT_OK; RT_EDAMAGED. */
static int find(rt_wire *wire, uint64_t id, rt_channel **channel,
                rt_loan **loan, rt_error *err) {
    rt_object *object = rt_grants_find(wire, id);
    bool is_channel = object && object->type == &rt_channel_type;
    *channel = is_channel ? (rt_channel *)(void *)object : NULL;
    *loan = is_channel ? rt_channel_find_loan(*channel, wire) : NULL;
    if (*loan) return RT_OK;
    rt_object_unref(object);
    return rt_error_set(err, RT_EDAMAGED, "nothing of object %llu was lent",
                        (unsigned long long)id);
}

static int had_less(uint64_t id, rt_error *err) {
    return rt_error_set(err, RT_EDAMAGED, "had less of object %llu",
                        (unsigned long long)id);
}

static int feed(rt_wire *wire, rt_channel *channel, rt_loan *loan,
                rt_message *message, rt_error *err) {
    rt_item items[RT_LOAN_MOST];
    size_t count = rt_items_count(message);
    if (count == 0 || count > RT_LOAN_MOST) {
        rt_message_free(message);
        return rt_error_set(err, RT_EDAMAGED, "FEED of %zu items", count);
    }
    int status = rt_items_decode(items, count, message);
    if (status)
        return rt_error_set(err, status, "FEED: %s", rt_status_text(status));
    status =
        rt_channel_feed(channel, loan, items, count, rt_hub_loop(wire->hub));
    if (status) return had_less(loan_of(loan)->id, err);
    if (loan->places <= loan->place_quota / 2 &&
        rt_channel_is_worth_lending(channel, loan))
        lend_places(channel, loan, rt_wire_push);
    return RT_OK;
}

int rt_lend_fed(rt_wire *wire, uint64_t id, rt_message *message,
                rt_error *err) {
    rt_channel *channel;
    rt_loan *loan;
    int status = find(wire, id, &channel, &loan, err);
    if (status) {
        rt_message_free(message);
        return status;
    }
    status = feed(wire, channel, loan, message, err);
    unref_channel(channel);
    return status;
}

int rt_lend_wanted(rt_wire *wire, uint64_t id, rt_error *err) {
    rt_channel *channel;
    rt_loan *loan;
    int status = find(wire, id, &channel, &loan, err);
    if (status) return status;
    atomic_fetch_add(&loan_of(loan)->refs, 1); /* until on_place */
    if (rt_channel_want_place(channel, loan)) return RT_OK;
    unref(loan_of(loan));
    unref_channel(channel);
    return RT_OK;
}

int rt_lend_taken(rt_wire *wire, uint64_t id, rt_error *err) {
    rt_channel *channel;
    rt_loan *loan;
    int status = find(wire, id, &channel, &loan, err);
    if (status) return status;
    rt_channel_taken(channel, rt_hub_loop(wire->hub));
    unref_channel(channel);
    return RT_OK;
}

int rt_lend_returned(rt_wire *wire, uint64_t id, uint64_t places,
                     uint64_t items, rt_error *err) {
    rt_channel *channel;
    rt_loan *loan;
    /* What was lent while the borrower gave the channel itself back. */
    if (!rt_grants_has(wire, id)) return RT_OK;
    int status = find(wire, id, &channel, &loan, err);
    if (status) return status;
    status = rt_channel_give_back(channel, loan, (size_t)places, (size_t)items,
                                  rt_hub_loop(wire->hub));
    unref_channel(channel);
    return status ? had_less(id, err) : RT_OK;
}
