/* channel_loans.c - what is lent, and how it comes back.
 *
 * Loans change on the hub's thread alone, so it may follow the list of loans
 * without the lock; what they hold is read by others, and changes under it.
 *
 * A recall is posted to the hub by whoever has been parked: on_recall looks at
 * what those who wait need, and asks the borrowers. Each answer goes through
 * `serve`, as does whatever else frees places or brings items other than by
 * one who sends or receives here. */
#include <assert.h>

#include "base/alloc.h"
#include "sync/channel_state.h"
#include "sync/queue.h"

enum {
    CHUNK = 32, /* of places, that borrowers wait for */
    FIRST_QUOTA = 8,
    FEWEST_PLACES = 4 /* of a channel; with fewer nothing is won */
};

static void on_recall(rt_post *post);
static void on_tick(rt_timer *timer, int64_t now_ns);

void rt_channel_loans_init(rt_channel *channel) {
    rt_list_init(&channel->counters);
    rt_list_init(&channel->loans);
    channel->recall.run = on_recall;
    channel->tick.fire = on_tick;
}

/* ---- what borrowers have taken ---- */

/* Under the lock: the one with the items. */
static rt_loan *find_lessee(const rt_channel *channel) {
    for (rt_list *node = channel->loans.next; node != &channel->loans;
         node = node->next) {
        rt_loan *loan = rt_container_of(node, rt_loan, link);
        if (loan->items > 0) return loan;
    }
    return NULL;
}

/* What it has taken, as far as is known now. The record is written by another
 * process: what cannot be true is not believed. */
static size_t newly_taken(const rt_loan *loan) {
    uint64_t taken = atomic_load(&loan->record->taken) - loan->taken;
    return taken < loan->items ? (size_t)taken : loan->items;
}

static void look_at_taken(rt_channel *channel, rt_channel_ends *ends) {
    rt_loan *loan = find_lessee(channel);
    size_t taken = loan ? newly_taken(loan) : 0;
    if (taken == 0) return;
    for (size_t i = 0; i < taken; i++)
        rt_channel_take(channel, &ends->taken[ends->taken_count++]);
    loan->taken += taken;
    loan->items -= taken;
    channel->lent_items -= taken;
}

/* Asks the borrower to tell when half of what it has is taken. True if it has
 * come so far already. Both sides write first and look then, so one of them
 * sees the other. */
static bool ask_to_tell(rt_loan *loan) {
    uint64_t half = (loan->items + 1) / 2;
    atomic_store(&loan->record->tell, loan->taken + half);
    return newly_taken(loan) >= half;
}

/* ---- those who wait ---- */

void rt_channel_ends_init(rt_channel_ends *ends) {
    rt_list_init(&ends->served);
    rt_list_init(&ends->closed);
    rt_list_init(&ends->full);
    rt_list_init(&ends->empty);
    ends->taken_count = 0;
}

void rt_channel_end_all(rt_channel_ends *ends, rt_loop *here) {
    rt_queue_complete_all(&ends->served, RT_OK, here);
    rt_queue_complete_all(&ends->closed, RT_ECLOSED, here);
    rt_queue_complete_all(&ends->full, RT_EFULL, here);
    rt_queue_complete_all(&ends->empty, RT_EEMPTY, here);
    for (size_t i = 0; i < ends->taken_count; i++)
        rt_item_clear(&ends->taken[i]);
}

static bool is_try(const rt_list *node) {
    return rt_container_of(node, rt_waiter, link)->detail == RT_CHANNEL_TRIES;
}

static bool is_borrower(const rt_list *node) {
    return rt_container_of(node, rt_waiter, link)->detail == RT_CHANNEL_BORROWS;
}

/* Those that do not only want to borrow. */
static bool has_senders(const rt_channel *channel) {
    for (rt_list *node = channel->senders.next; node != &channel->senders;
         node = node->next)
        if (!is_borrower(node)) return true;
    return false;
}

static bool has_tries(const rt_list *queue) {
    for (rt_list *node = queue->next; node != queue; node = node->next)
        if (is_try(node)) return true;
    return false;
}

/* They need not wait any more to know. */
static void end_tries(rt_list *queue, rt_list *ends) {
    for (rt_list *node = queue->next, *next; node != queue; node = next) {
        next = node->next;
        if (!is_try(node)) continue;
        rt_list_unlink(node);
        if (rt_waiter_claim(rt_container_of(node, rt_waiter, link)))
            rt_list_push(ends, node);
    }
}

static void serve_receivers(rt_channel *channel, rt_channel_ends *ends) {
    while (channel->lent_items == 0 && rt_channel_size(channel) > 0) {
        rt_waiter *receiver = rt_queue_claim(&channel->receivers);
        if (!receiver) return;
        rt_channel_take(channel, receiver->slot);
        rt_list_push(&ends->served, &receiver->link);
    }
}

void rt_channel_admit(rt_channel *channel, rt_waiter *sender) {
    if (sender->detail != RT_CHANNEL_BORROWS) {
        /* Of the places there are, all have had memory before. */
        (void)rt_channel_put(channel, sender->slot);
        return;
    }
    rt_loan *loan = sender->slot;
    loan->places++;
    channel->lent_places++;
}

/* A borrower is told by whoever made room: that is sooner than by the hub. */
void rt_channel_tell_sender(rt_waiter *sender, rt_loop *here) {
    if (sender->detail == RT_CHANNEL_BORROWS)
        rt_waiter_complete_here(sender, RT_OK);
    else
        rt_queue_complete(sender, RT_OK, here);
}

static bool serve_senders(rt_channel *channel, rt_channel_ends *ends) {
    bool has_served = false;
    while (rt_channel_has_room(channel) && !rt_channel_may_delay(channel)) {
        rt_waiter *sender = rt_queue_claim(&channel->senders);
        if (!sender) break;
        rt_channel_admit(channel, sender);
        rt_list_push(&ends->served, &sender->link);
        has_served = true;
    }
    return has_served;
}

static void count_for(rt_channel *channel, rt_channel_ends *ends) {
    for (rt_waiter *waiter;
         (waiter = rt_queue_claim(&channel->counters)) != NULL;) {
        waiter->detail = (int64_t)rt_channel_size(channel);
        rt_list_push(&ends->served, &waiter->link);
    }
}

/* ---- serving ---- */

static void post_recall(rt_channel *channel) {
    if (channel->is_recall_posted) return;
    channel->is_recall_posted = true;
    rt_object_ref(&channel->object); /* until on_recall */
    rt_loop_post(channel->hub, &channel->recall);
}

/* Senders wait for what is taken: the borrower is to tell. */
static void ask_lessee(rt_channel *channel) {
    rt_loan *lessee = find_lessee(channel);
    if (lessee && ask_to_tell(lessee)) post_recall(channel);
}

/* Nobody waits for anything that is not lent any more. */
static void end_all_tries(rt_channel *channel, rt_channel_ends *ends) {
    if (channel->lent_places > 0) return;
    end_tries(&channel->senders, &ends->full);
    count_for(channel, ends);
    if (channel->lent_items > 0) return;
    if (channel->is_closed)
        rt_queue_claim_all(&channel->receivers, &ends->closed);
    else
        end_tries(&channel->receivers, &ends->empty);
}

void rt_channel_serve(rt_channel *channel, rt_channel_ends *ends) {
    do serve_receivers(channel, ends);
    while (serve_senders(channel, ends));
    end_all_tries(channel, ends);
    if (has_senders(channel)) ask_lessee(channel);
}

/* ---- recalling ---- */

void rt_channel_want_back(rt_channel *channel) {
    bool waits_for_taken = channel->lent_places == 0 && !channel->is_closed &&
                           rt_list_empty(&channel->receivers);
    if (waits_for_taken)
        ask_lessee(channel);
    else
        post_recall(channel);
}

/* Under the lock: marks the loans that are in somebody's way. */
static void choose_loans(rt_channel *channel) {
    bool has_receivers = !rt_list_empty(&channel->receivers);
    bool wants_places =
        channel->is_closed || !rt_list_empty(&channel->senders) ||
        !rt_list_empty(&channel->counters) || has_tries(&channel->receivers);
    for (rt_list *node = channel->loans.next; node != &channel->loans;
         node = node->next) {
        rt_loan *loan = rt_container_of(node, rt_loan, link);
        if (loan->is_recalled) continue;
        loan->is_recalled = loan->is_asked =
            (wants_places && loan->places > 0) ||
            (has_receivers && loan->items > 0);
    }
}

/* Not under the lock. */
static void ask_back(rt_channel *channel) {
    for (rt_list *node = channel->loans.next; node != &channel->loans;
         node = node->next) {
        rt_loan *loan = rt_container_of(node, rt_loan, link);
        if (loan->is_asked) loan->ask_back(loan);
        loan->is_asked = false;
    }
}

static void on_recall(rt_post *post) {
    rt_channel *channel = rt_container_of(post, rt_channel, recall);
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    rt_mutex_lock(&channel->lock);
    channel->is_recall_posted = false;
    look_at_taken(channel, &ends);
    rt_channel_serve(channel, &ends);
    choose_loans(channel);
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, channel->hub);
    ask_back(channel);
    rt_object_unref(&channel->object); /* of rt_channel_want_back */
}

/* ---- waiting for places ----
 *
 * A borrower is passed over while less than a chunk of places is free, so that
 * it gets more at a time. A timer of the hub's sees to it that this does not
 * take long. The timer stops when nobody receives; then nobody is passed over.
 *
 * Borrowers have nothing recalled from each other: who does not use what he has
 * gives it back, and who does would want it again at once. */

enum { TICK_NS = 1000 * 1000 };

bool rt_channel_may_delay_slowly(rt_channel *channel) {
    size_t room =
        channel->capacity - rt_channel_size(channel) - channel->lent_places;
    if (room >= CHUNK || room >= channel->capacity / 2) return false;
    channel->takes++;
    return !rt_list_empty(&channel->senders) && !has_senders(channel);
}

static void begin_patience(rt_channel *channel) {
    if (rt_timer_active(&channel->tick)) return;
    int64_t due = rt_clock_now() + TICK_NS;
    channel->is_patient = rt_timer_start(&channel->hub->timers, &channel->tick,
                                         due, due) == RT_OK;
    if (channel->is_patient)
        rt_object_ref(&channel->object); /* until on_tick stops it */
}

bool rt_channel_want_place(rt_channel *channel, rt_loan *loan) {
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    if (rt_waiter_parked(&loan->waiter)) return false;
    rt_mutex_lock(&channel->lock);
    bool is_closed = channel->is_closed;
    bool waits = !is_closed && loan->places == 0;
    if (waits) {
        rt_channel_enqueue(channel, &channel->senders, &loan->waiter, loan);
        loan->waiter.detail = RT_CHANNEL_BORROWS;
        begin_patience(channel);
        rt_channel_serve(channel, &ends);
    }
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, channel->hub);
    if (is_closed) loan->on_place(loan, RT_ECLOSED);
    return is_closed || waits;
}

static void on_place(rt_waiter *waiter) {
    rt_loan *loan = rt_container_of(waiter, rt_loan, waiter);
    loan->on_place(loan, waiter->status);
}

static void on_tick(rt_timer *timer, int64_t now_ns) {
    rt_channel *channel = rt_container_of(timer, rt_channel, tick);
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    rt_mutex_lock(&channel->lock);
    bool goes_on = channel->takes > 0 && !rt_list_empty(&channel->senders);
    channel->takes = 0;
    channel->is_patient = false;
    rt_channel_serve(channel, &ends);
    int64_t due = now_ns + TICK_NS;
    goes_on = goes_on &&
              rt_timer_start(&channel->hub->timers, timer, due, due) == RT_OK;
    channel->is_patient = goes_on;
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, channel->hub);
    if (!goes_on) rt_object_unref(&channel->object);
}

/* ---- lending ---- */

bool rt_channel_is_lent(const rt_channel *channel) {
    return atomic_load_explicit(&channel->lent_places, memory_order_relaxed) ||
           atomic_load_explicit(&channel->lent_items, memory_order_relaxed);
}

rt_loan *rt_channel_find_loan(rt_channel *channel, const struct rt_wire *wire) {
    for (rt_list *node = channel->loans.next; node != &channel->loans;
         node = node->next) {
        rt_loan *loan = rt_container_of(node, rt_loan, link);
        if (loan->wire == wire) return loan;
    }
    return NULL;
}

void rt_channel_add_loan(rt_channel *channel, rt_loan *loan, rt_loop *hub) {
    loan->place_quota = loan->item_quota = FIRST_QUOTA;
    rt_list_init(&loan->link);
    rt_waiter_init(&loan->waiter, hub, on_place);
    rt_mutex_lock(&channel->lock);
    channel->hub = hub;
    rt_list_push(&channel->loans, &loan->link);
    rt_mutex_unlock(&channel->lock);
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t length(const rt_list *list) {
    size_t count = 0;
    for (rt_list *node = list->next; node != list; node = node->next) count++;
    return count;
}

static size_t count_borrowers_of_places(const rt_channel *channel) {
    size_t count = 0;
    for (rt_list *node = channel->loans.next; node != &channel->loans;
         node = node->next)
        count += rt_container_of(node, rt_loan, link)->wants_places;
    return count;
}

/* Each borrower gets its share, more if it uses what it gets. */
static size_t choose_places(const rt_channel *channel, const rt_loan *loan) {
    if (channel->is_closed || loan->has_ended || loan->is_recalled ||
        !loan->wants_places || channel->capacity < FEWEST_PLACES ||
        !rt_list_empty(&channel->counters) || has_tries(&channel->receivers) ||
        has_senders(channel) || !rt_channel_has_room(channel))
        return 0;
    size_t borrowers = count_borrowers_of_places(channel);
    size_t waiting = length(&channel->senders); /* each is to get a place */
    size_t quota = least(loan->place_quota, channel->capacity / borrowers);
    if (quota <= loan->places) return 0;
    size_t room =
        channel->capacity - rt_channel_size(channel) - channel->lent_places;
    if (room <= waiting) return 0;
    return least(room - waiting, quota - loan->places);
}

bool rt_channel_is_worth_lending(rt_channel *channel, const rt_loan *loan) {
    rt_mutex_lock(&channel->lock);
    size_t count = choose_places(channel, loan);
    rt_mutex_unlock(&channel->lock);
    return count > 0 &&
           count >= least(loan->place_quota, channel->capacity) / 4;
}

size_t rt_channel_lend_places(rt_channel *channel, rt_loan *loan) {
    rt_mutex_lock(&channel->lock);
    loan->wants_places = true;
    size_t count = choose_places(channel, loan);
    if (count > 0 &&
        rt_channel_reserve(channel, rt_channel_size(channel) +
                                        channel->lent_places + count) != RT_OK)
        count = 0;
    loan->places += count;
    channel->lent_places += count;
    if (count > 0)
        loan->place_quota = least(loan->place_quota * 2, RT_LOAN_MOST);
    rt_mutex_unlock(&channel->lock);
    return count;
}

/* A large message is not worth a second copy. */
static bool may_be_lent(const rt_item *item) {
    enum { LARGE = 4096 };
    if (item->kind == RT_ITEM_MESSAGE)
        return item->as.message->bytes.size <= LARGE;
    return item->kind != RT_ITEM_STRING || item->as.string.size <= LARGE;
}

static size_t copy_items(rt_channel *channel, rt_item *copies, size_t most) {
    size_t count = 0;
    for (; count < most; count++) {
        const rt_item *item = rt_channel_at(channel, count);
        if (!may_be_lent(item) || rt_item_copy(&copies[count], item)) break;
    }
    return count;
}

size_t rt_channel_lend_items(rt_channel *channel, rt_loan *loan,
                             rt_loan_record *record, rt_item *copies,
                             size_t most) {
    size_t count = 0;
    rt_mutex_lock(&channel->lock);
    if (!loan->is_recalled && channel->lent_items == 0 &&
        rt_list_empty(&channel->receivers)) {
        most = least(most, least(loan->item_quota, rt_channel_size(channel)));
        count = copy_items(channel, copies, most);
    }
    if (count > 0) {
        loan->record = record;
        loan->taken = atomic_load(&record->taken);
        loan->items = channel->lent_items = count;
        loan->item_quota = least(loan->item_quota * 2, RT_LOAN_MOST);
        if (has_senders(channel)) ask_lessee(channel);
    }
    rt_mutex_unlock(&channel->lock);
    return count;
}

/* ---- what comes back ---- */

int rt_channel_feed(rt_channel *channel, rt_loan *loan, rt_item *items,
                    size_t count, rt_loop *here) {
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    rt_mutex_lock(&channel->lock);
    bool is_right = count <= loan->places;
    for (size_t i = 0; i < count && is_right; i++) {
        loan->places--;
        channel->lent_places--;
        (void)rt_channel_put(channel, &items[i]); /* there is memory for it */
    }
    rt_channel_serve(channel, &ends);
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, here);
    for (size_t i = 0; i < count; i++) rt_item_clear(&items[i]);
    return is_right ? RT_OK : RT_EDAMAGED;
}

/* Under the lock. */
static void take_back(rt_channel *channel, rt_loan *loan, size_t places,
                      size_t items) {
    loan->places -= places;
    channel->lent_places -= places;
    loan->items -= items;
    channel->lent_items -= items;
}

void rt_channel_lend_less(rt_channel *channel, rt_loan *loan, size_t places,
                          size_t items, rt_loop *here) {
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    rt_mutex_lock(&channel->lock);
    /* A borrower may have taken some meanwhile, or says so. */
    if (places > loan->places) places = loan->places;
    if (items > loan->items) items = loan->items;
    take_back(channel, loan, places, items);
    rt_channel_serve(channel, &ends);
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, here);
}

int rt_channel_give_back(rt_channel *channel, rt_loan *loan, size_t places,
                         size_t items, rt_loop *here) {
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    rt_mutex_lock(&channel->lock);
    look_at_taken(channel, &ends);
    bool is_right =
        places <= loan->places && (items == 0 || items == loan->items);
    if (is_right) take_back(channel, loan, places, items);
    if (loan->is_recalled) {
        loan->is_recalled = false;
        loan->place_quota = loan->item_quota = FIRST_QUOTA;
    }
    rt_channel_serve(channel, &ends);
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, here);
    return is_right ? RT_OK : RT_EDAMAGED;
}

void rt_channel_taken(rt_channel *channel, rt_loop *here) {
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    rt_mutex_lock(&channel->lock);
    look_at_taken(channel, &ends);
    rt_channel_serve(channel, &ends);
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, here);
}

void rt_channel_peer_gone(rt_object *object, struct rt_wire *wire,
                          uint64_t party) {
    rt_channel *channel = (rt_channel *)object;
    rt_loan *loan = party == 0 ? rt_channel_find_loan(channel, wire) : NULL;
    if (!loan) return;
    (void)rt_waiter_cancel(&loan->waiter, RT_EDIED);
    rt_channel_ends ends;
    rt_channel_ends_init(&ends);
    rt_mutex_lock(&channel->lock);
    look_at_taken(channel, &ends);
    take_back(channel, loan, loan->places, loan->items);
    rt_list_unlink(&loan->link);
    loan->has_ended = true;
    rt_channel_serve(channel, &ends);
    bool has_tick =
        rt_list_empty(&channel->loans) && rt_timer_active(&channel->tick);
    if (has_tick) {
        rt_timer_stop(&channel->hub->timers, &channel->tick);
        channel->is_patient = false;
    }
    rt_mutex_unlock(&channel->lock);
    rt_channel_end_all(&ends, channel->hub);
    loan->end(loan);
    if (has_tick) rt_object_unref(object); /* of begin_patience */
}
