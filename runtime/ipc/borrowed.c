/* borrowed.c - what the hub does for borrowers: what arrives from the home, and
 * what goes back.
 *
 * The tick: a timer, once a millisecond while something is in use. It sends
 * what lies there, and tells the home what was taken. When nothing was used for
 * a few ticks, places go back and the tick stops. Items stay: the home recalls
 * them if somebody wants them. */
#include "ipc/borrower.h"

#include "base/alloc.h"
#include "exec/runtime.h"
#include "sync/channel.h"

enum {
    TICK_NS = 1000 * 1000,
    QUIET_TICKS = 3,
    BATCH_MOST = 64 /* items that are gathered */
};

static void on_tick(rt_timer *timer, int64_t now_ns);

/* ---- borrowers ---- */

void rt_borrowers_init(rt_wire *wire) {
    rt_list_init(&wire->borrowing_link);
    wire->tick.fire = on_tick;
    wire->quiet_ticks = QUIET_TICKS;
}

/* Wires that have, or had, borrowers. Hub's thread. */
static void list_wire(rt_wire *wire) {
    if (!rt_list_empty(&wire->borrowing_link)) return;
    rt_runtime *runtime = rt_hub_runtime(wire->hub);
    pthread_mutex_lock(&runtime->lock);
    rt_list_push(&runtime->borrowing, &wire->borrowing_link);
    atomic_fetch_add(&runtime->borrowing_count, 1);
    pthread_mutex_unlock(&runtime->lock);
}

static void unlist_wire(rt_wire *wire) {
    if (rt_list_empty(&wire->borrowing_link)) return;
    rt_runtime *runtime = rt_hub_runtime(wire->hub);
    pthread_mutex_lock(&runtime->lock);
    rt_list_unlink(&wire->borrowing_link);
    atomic_fetch_sub(&runtime->borrowing_count, 1);
    pthread_mutex_unlock(&runtime->lock);
}

static void keep(rt_packet *packet) {
    (void)packet; /* part of the borrower */
}

static rt_borrower *new_borrower(rt_remote *remote) {
    rt_borrower *b = rt_calloc(sizeof *b);
    if (!b) return NULL;
    rt_list_init(&b->link);
    b->remote = remote;
    rt_mutex_init(&b->lock);
    b->batch = 1;
    rt_list_init(&b->waiting);
    rt_packet_init(&b->farewell, RT_FRAME_RETURN, keep);
    atomic_store_explicit(&remote->borrower, b, memory_order_release);
    return b;
}

/* With a reference to its remote end; NULL if that is being freed, and was told
 * that it will get nothing more. */
static rt_remote *find_remote(rt_wire *wire, uint64_t id) {
    rt_wire_lock(wire);
    rt_idnode *node = rt_idmap_find(&wire->imports, id);
    rt_remote *remote = node ? rt_container_of(node, rt_remote, node) : NULL;
    if (remote && !rt_object_try_ref(&remote->object)) remote = NULL;
    rt_wire_unlock(wire);
    return remote;
}

static void start_tick(rt_wire *wire) {
    if (rt_timer_active(&wire->tick)) return;
    int64_t due = rt_clock_now() + TICK_NS;
    /* No memory: what lies there leaves with whatever is sent next. */
    (void)rt_timer_start(&rt_hub_loop(wire->hub)->timers, &wire->tick, due,
                         due);
}

/* It has got something. */
static void watch(rt_wire *wire, rt_borrower *b) {
    rt_wire_lock(wire);
    if (rt_list_empty(&b->link)) rt_list_push(&wire->borrowers, &b->link);
    rt_wire_unlock(wire);
    list_wire(wire);
    start_tick(wire);
}

/* ---- frames of the home ---- */

static int out_of_memory(rt_error *err) {
    return rt_error_set(err, RT_ENOMEMORY, "not enough memory");
}

static int give_back(rt_wire *wire, uint64_t id, uint64_t places,
                     uint64_t items, rt_error *err) {
    uint64_t numbers[2] = {places, items};
    int status = rt_borrow_send_numbers(wire, RT_FRAME_RETURN, id, numbers, 2);
    return status ? out_of_memory(err) : RT_OK;
}

static int check_channel(rt_remote *remote, rt_error *err) {
    if (!remote || remote->kind == RT_KIND_CHANNEL) return RT_OK;
    return rt_error_set(err, RT_EDAMAGED,
                        "loan of object %llu, which is no channel",
                        (unsigned long long)remote->node.id);
}

/* Made at the first loan; NULL: no memory, or the remote end is gone. */
static rt_borrower *make_borrower(rt_remote *remote) {
    if (!remote) return NULL;
    rt_borrower *b = rt_borrower_of(&remote->object);
    return b ? b : new_borrower(remote);
}

/* Under the lock. */
static void add_places(rt_borrower *b, size_t places) {
    size_t all = b->places + places;
    b->places = all;
    if (all > b->window) b->window = all;
    b->batch = (b->window + 1) / 2;
    if (b->batch > BATCH_MOST) b->batch = BATCH_MOST;
    b->quiet = 0;
    b->is_watched = true;
}

/* Those who were waiting and are served: gathered, or sent by themselves. */
typedef struct served {
    rt_list gathered;
    rt_list alone; /* their places are taken */
    rt_list failed;
    bool is_due;
    bool must_ask;
} served;

static void serve_one(rt_borrower *b, rt_waiter *waiter, served *all) {
    rt_item *item = waiter->slot;
    (void)rt_borrow_take_place(b);
    if (!rt_borrow_is_plain(item)) {
        rt_list_push(&all->alone, &waiter->link);
    } else if (rt_borrow_gather(b, item) == RT_OK) {
        all->is_due |= rt_borrow_note_sent(b);
        rt_list_push(&all->gathered, &waiter->link);
    } else {
        b->places++;
        rt_list_push(&all->failed, &waiter->link);
    }
}

static void serve(rt_borrower *b, served *all) {
    rt_list_init(&all->gathered);
    rt_list_init(&all->alone);
    rt_list_init(&all->failed);
    all->is_due = all->must_ask = false;
    if (!rt_list_empty(&b->waiting)) b->sent_ns = rt_clock_now();
    while (b->places > 0) {
        rt_waiter *waiter = rt_borrow_claim(b);
        if (!waiter) break;
        serve_one(b, waiter, all);
    }
    b->has_asked = all->must_ask = !rt_list_empty(&b->waiting);
}

static void complete_served(rt_list *list, int status) {
    for (rt_list *node; (node = rt_list_pop(list)) != NULL;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        if (status == RT_OK) rt_item_clear(waiter->slot);
        rt_waiter_complete(waiter, status);
    }
}

/* Not under the lock. Returns: RT_OK; RT_ENOMEMORY. */
static int finish_serving(rt_borrower *b, served *all) {
    rt_wire *wire = b->remote->wire;
    complete_served(&all->gathered, RT_OK);
    complete_served(&all->failed, RT_ENOMEMORY);
    for (rt_list *node; (node = rt_list_pop(&all->alone)) != NULL;) {
        rt_waiter *waiter = rt_container_of(node, rt_waiter, link);
        rt_waiter_complete(waiter,
                           rt_borrow_send_alone(b, waiter->slot, b->recalls));
    }
    if (all->is_due) rt_wire_flush(wire);
    if (!all->must_ask) return RT_OK;
    return rt_borrow_send_numbers(wire, RT_FRAME_WANT, b->remote->node.id, NULL,
                                  0);
}

static int take_places(rt_wire *wire, rt_borrower *b, size_t places,
                       rt_error *err) {
    served all;
    watch(wire, b); /* first: whoever sends into the places is to be found */
    rt_mutex_lock(&b->lock);
    add_places(b, places);
    serve(b, &all);
    rt_mutex_unlock(&b->lock);
    return finish_serving(b, &all) ? out_of_memory(err) : RT_OK;
}

/* Takes all who wait. */
static void end_waiting(rt_borrower *b, rt_list *ended) {
    b->has_asked = false;
    for (rt_waiter *waiter; (waiter = rt_borrow_claim(b)) != NULL;)
        rt_list_push(ended, &waiter->link);
}

static void learn_closed(rt_borrower *b) {
    rt_list ended;
    rt_list_init(&ended);
    rt_mutex_lock(&b->lock);
    end_waiting(b, &ended);
    rt_mutex_unlock(&b->lock);
    complete_served(&ended, RT_ECLOSED);
}

int rt_borrow_lend(rt_wire *wire, uint64_t id, uint64_t places, rt_error *err) {
    if (places > UINT32_MAX)
        return rt_error_set(err, RT_EDAMAGED, "loan of %llu places",
                            (unsigned long long)places);
    rt_remote *remote = find_remote(wire, id);
    int status = check_channel(remote, err);
    rt_borrower *b = status ? NULL : make_borrower(remote);
    if (b && places > 0)
        status = take_places(wire, b, (size_t)places, err);
    else if (b)
        learn_closed(b);
    else if (status == RT_OK)
        status = give_back(wire, id, places, 0, err);
    if (remote) rt_object_unref(&remote->object);
    return status;
}

/* Under the lock: adds the items behind those there are. */
static int add_stock(rt_borrower *b, rt_loan_record *record,
                     const rt_item *items, size_t count) {
    size_t left = b->left;
    rt_item *stock = rt_alloc((left + count) * sizeof *stock);
    if (!stock) return RT_ENOMEMORY;
    for (size_t i = 0; i < left; i++) stock[i] = b->stock[b->first + i];
    for (size_t i = 0; i < count; i++) stock[left + i] = items[i];
    rt_free(b->stock);
    b->stock = stock;
    b->first = 0;
    b->left = left + count;
    if (b->record != record) b->taken = b->told = atomic_load(&record->taken);
    b->record = record;
    b->quiet = 0;
    b->is_watched = true;
    return RT_OK;
}

static void clear_items(rt_item *items, size_t count) {
    for (size_t i = 0; i < count; i++) rt_item_clear(&items[i]);
}

/* Takes the items, which are `count`. */
static int keep_stock(rt_wire *wire, uint64_t id, rt_loan_record *record,
                      rt_item *items, size_t count, rt_error *err) {
    rt_remote *remote = find_remote(wire, id);
    int status = check_channel(remote, err);
    rt_borrower *b = status || !record ? NULL : make_borrower(remote);
    bool is_kept = false;
    rt_item *stock = NULL; /* home takes all of its items back, or none */
    size_t first = 0, left = 0;
    if (b) {
        rt_mutex_lock(&b->lock);
        is_kept = add_stock(b, record, items, count) == RT_OK;
        if (!is_kept) {
            stock = b->stock;
            first = b->first;
            left = b->left;
            b->stock = NULL;
            b->first = b->left = 0;
        }
        rt_mutex_unlock(&b->lock);
    }
    if (is_kept) {
        watch(wire, b);
    } else {
        clear_items(items, count);
        if (stock) clear_items(stock + first, left);
        rt_free(stock);
        if (status == RT_OK) status = give_back(wire, id, 0, left + count, err);
    }
    if (remote) rt_object_unref(&remote->object);
    return status;
}

/* The peer lends from its half of the ledger. */
static bool is_of_peer(const rt_wire *wire, uint32_t record) {
    bool is_of_parent = record < RT_LEDGER_RECORDS / 2;
    return record < RT_LEDGER_RECORDS &&
           is_of_parent == (wire->peer == RT_PEER_PARENT);
}

int rt_borrow_stock(rt_wire *wire, uint64_t id, uint32_t record,
                    rt_message *message, rt_error *err) {
    rt_item items[RT_LOAN_MOST];
    size_t count = rt_items_count(message);
    if (count == 0 || count > RT_LOAN_MOST || !is_of_peer(wire, record)) {
        rt_message_free(message);
        return rt_error_set(err, RT_EDAMAGED, "loan of %zu items, in record %u",
                            count, record);
    }
    int status = rt_items_decode(items, count, message);
    if (status)
        return rt_error_set(err, status, "loan of items: %s",
                            rt_status_text(status));
    return keep_stock(wire, id, rt_wire_record(wire, record), items, count,
                      err);
}

/* What was lent to it, taken out. */
typedef struct loot {
    size_t places;
    rt_item *stock; /* owned */
    size_t first;
    size_t left;
    rt_packet *feed;
    rt_message *gathered;
} loot;

/* What was gathered is left to be sent. */
static loot take_all(rt_borrower *b) {
    rt_mutex_lock(&b->lock);
    loot all = {.places = b->places,
                .stock = b->stock,
                .first = b->first,
                .left = b->left};
    b->places = 0;
    b->recalls++;
    b->stock = NULL;
    b->first = b->left = 0;
    b->is_watched = false;
    rt_mutex_unlock(&b->lock);
    return all;
}

static void free_loot(loot *all) {
    if (all->stock) clear_items(all->stock + all->first, all->left);
    rt_free(all->stock);
    rt_message_free(all->gathered);
    if (all->feed) all->feed->release(all->feed);
}

static void push_or_free(rt_wire *wire, rt_packet *packet) {
    if (packet && rt_wire_push(wire, packet, 0)) packet->release(packet);
}

/* Taken and returned under the wire's lock: who asks for a place because there
 * is none left is heard after that, or the home would take it for somebody who
 * has some. */
int rt_borrow_recall(rt_wire *wire, uint64_t id, rt_error *err) {
    rt_remote *remote = find_remote(wire, id);
    rt_borrower *b = remote ? rt_borrower_of(&remote->object) : NULL;
    rt_packet *packet = rt_packet_new(RT_FRAME_RETURN);
    loot all = {.places = 0};
    if (packet) {
        rt_wire_lock(wire);
        if (b) all = take_all(b);
        uint64_t numbers[2] = {all.places, all.left};
        rt_borrow_fill_numbers(packet, id, numbers, 2);
        push_or_free(wire, packet);
        rt_wire_unlock(wire);
    }
    free_loot(&all);
    if (remote) rt_object_unref(&remote->object);
    return packet ? RT_OK : out_of_memory(err);
}

/* ---- the tick ---- */

/* Under both locks: the packets to be pushed, or NULL. What there is no memory
 * for waits for the next tick. */
static void look_at(rt_borrower *b, rt_packet **taken, rt_packet **returned) {
    uint64_t id = b->remote->node.id;
    b->quiet = b->uses == b->seen ? b->quiet + 1 : 0;
    b->seen = b->uses;
    *taken = rt_borrow_must_tell(b)
                 ? rt_borrow_numbers(RT_FRAME_TAKEN, id, NULL, 0)
                 : NULL;
    if (*taken) b->told = b->taken;
    uint64_t numbers[2] = {b->places, 0};
    bool is_quiet = b->quiet >= b->remote->wire->quiet_ticks && b->unsent == 0;
    *returned = is_quiet && b->places > 0
                    ? rt_borrow_numbers(RT_FRAME_RETURN, id, numbers, 2)
                    : NULL;
    if (*returned) b->places = 0;
    if (is_quiet && b->places == 0) b->is_watched = false;
}

/* Under the wire's lock. True if it is still watched. */
static bool tick(rt_wire *wire, rt_borrower *b) {
    rt_packet *taken, *returned;
    rt_mutex_lock(&b->lock);
    look_at(b, &taken, &returned);
    bool is_watched = b->is_watched;
    rt_mutex_unlock(&b->lock);
    push_or_free(wire, taken);
    push_or_free(wire, returned);
    return is_watched;
}

static void on_tick(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    rt_wire *wire = rt_container_of(timer, rt_wire, tick);
    bool is_watched = false;
    rt_wire_lock(wire);
    for (rt_list *node = wire->borrowers.next; node != &wire->borrowers;
         node = node->next)
        is_watched |= tick(wire, rt_container_of(node, rt_borrower, link));
    rt_wire_unlock(wire);
    if (atomic_load(&wire->has_unsent)) rt_wire_flush(wire);
    if (is_watched) start_tick(wire);
}

/* ---- ends ---- */

void rt_borrow_leave(rt_remote *remote) {
    rt_borrower *b = rt_borrower_of(&remote->object);
    if (!b) return;
    rt_wire *wire = remote->wire;
    rt_borrowers_queue(wire); /* while it is in the list */
    rt_list_unlink(&b->link);
    if (b->places == 0 && b->left == 0) return;
    uint64_t numbers[2] = {b->places, b->left};
    rt_borrow_fill_numbers(&b->farewell, remote->node.id, numbers, 2);
    (void)rt_wire_push(wire, &b->farewell, 0); /* or the home is gone */
}

void rt_borrower_free(rt_borrower *b) {
    if (!b) return;
    loot all = take_all(b);
    all.feed = b->feed;
    all.gathered = b->gathered;
    free_loot(&all);
    rt_free(b);
}

/* Under the wire's lock: what the next one has; false: there is none. */
static bool take_next(rt_wire *wire, loot *all, rt_list *ended) {
    rt_list *node = rt_list_pop(&wire->borrowers);
    if (!node) return false;
    rt_borrower *b = rt_container_of(node, rt_borrower, link);
    *all = take_all(b);
    rt_mutex_lock(&b->lock);
    all->feed = b->feed;
    all->gathered = b->gathered;
    b->feed = NULL;
    b->gathered = NULL;
    end_waiting(b, ended);
    rt_mutex_unlock(&b->lock);
    return true;
}

void rt_borrowers_end(rt_wire *wire) {
    rt_timer_stop(&rt_hub_loop(wire->hub)->timers, &wire->tick);
    unlist_wire(wire);
    rt_list ended;
    rt_list_init(&ended);
    for (;;) {
        loot all;
        rt_wire_lock(wire);
        bool has_more = take_next(wire, &all, &ended);
        rt_wire_unlock(wire);
        if (!has_more) break;
        free_loot(&all);
    }
    complete_served(&ended, RT_EDIED);
}
