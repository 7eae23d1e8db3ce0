/* choice.c - how a choice is made between processes that cannot be locked.
 *
 * If all cases are here, it is a select. If all live with one peer, it is one
 * call (RT_CALL_SELECT), and the select is done there. Else:
 *
 *   walk     Attempts all cases once, in random order; those of other processes
 *            by calls that do not wait.
 *   recall   A try that found nothing is over, unless something lent may be in
 *            the way. Then that comes back first: of all cases of this process
 *            at once; then peer after peer is asked to do the same.
 *   wait     If none could go on: the waiter is parked in the cases of this
 *            process, and each peer watches for us (RT_CALL_WATCH), taking
 *            nothing. Whoever claims the waiter first has won: a case of
 *            this process has taken place, and that is it; or a peer says that
 *            one of its cases could go on, which decides if that takes nothing.
 *   ask      Then all else is withdrawn, and that peer alone is asked to do
 *            it. It waits a little if it was too late, since the partner may
 *            be one who comes again and again, such as another choice; if it
 *            finds nothing, all wait again.
 *
 * So at any time at most one process may take something for the choice, and
 * what it takes is what the answer says. How long a peer waits is random:
 * two choices that ask each other's process do not stay in step.
 *
 * For the time of the choice it puts itself between, as a request does
 * (ipc/requests.c): the waiter's on_complete is its own. The same waiter is
 * parked in the select, or by rt_remote_call, so it can be cancelled, and its
 * deadline reaches what is under way, without the choice being asked. */
#include "ipc/choice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ipc/calls.h"
#include "ipc/choice_call.h"
#include "ipc/remote_object.h"

/* A peer waits between once and three times as long. */
enum { PATIENCE_NS = 10 * 1000 * 1000 };

enum { POINTERS = 5 }; /* for each case: turns, remote, local, and two */

typedef enum {
    PHASE_NONE,      /* the waiter is not parked, or about to be completed */
    PHASE_PARKED,    /* in the cases of this process; peers may watch */
    PHASE_RECALLING, /* the same, until what is lent has come back */
    PHASE_ASKING     /* a peer attempts the cases that were asked */
} phase;

/* A peer watches. It lives until the peer has answered. */
struct watch {
    rt_waiter waiter;
    rt_list link;      /* in the choice's watches */
    rt_choice *choice; /* NULL: nobody wants to know any more */
    rt_case **cases;   /* some of choice->remote */
    size_t count;
};

/* Steps, in the order they happen. */
static int walk(rt_choice *choice);
static int recall_here(rt_choice *choice);
static int recall_there(rt_choice *choice);
static int wait_everywhere(rt_choice *choice);
static void on_watched(rt_waiter *waiter);
static int ask(rt_choice *choice, rt_case **cases, size_t count,
               int64_t patience_ns);
static void on_complete(rt_waiter *waiter);

/* ---- making ---- */

rt_choice *rt_choice_new(size_t capacity) {
    size_t size = sizeof(rt_case) + POINTERS * sizeof(rt_case *);
    if (capacity > (SIZE_MAX - sizeof(rt_choice)) / size) return NULL;
    rt_choice *choice = rt_alloc(sizeof *choice + capacity * size);
    if (!choice) return NULL;
    *choice = (rt_choice){.capacity = capacity};
    choice->cases = (rt_case *)(void *)(choice + 1);
    choice->turns = (rt_case **)(void *)(choice->cases + capacity);
    choice->remote = choice->turns + capacity;
    rt_list_init(&choice->watches);
    return choice;
}

void rt_choice_clear(rt_choice *choice) {
    assert(choice->phase == PHASE_NONE);
    for (size_t i = 0; i < choice->count; i++)
        rt_item_clear(&choice->cases[i].item);
    choice->count = choice->remote_count = 0;
    choice->chosen = NULL;
}

void rt_choice_free(rt_choice *choice) {
    if (!choice) return;
    rt_choice_clear(choice);
    rt_free(choice);
}

rt_case *rt_choice_add_here(rt_choice *choice, void *object,
                            const rt_selectable *type, rt_case_kind kind) {
    assert(choice->count < choice->capacity);
    rt_case *c = &choice->cases[choice->count++];
    c->type = type;
    c->object = object;
    c->kind = kind;
    c->item.kind = RT_ITEM_NIL;
    return c;
}

/* What the object can do in a select, at its home. */
static unsigned kinds_of(const rt_object *object) {
    if (!rt_is_remote(object))
        return object->type->selectable ? object->type->selectable->kinds : 0;
    switch (rt_remote_kind(object)) {
    case RT_KIND_CHANNEL:
        return 1u << RT_CASE_RECV | 1u << RT_CASE_SEND;
    case RT_KIND_STRAND:
    case RT_KIND_EVENT:
        return 1u << RT_CASE_WAIT;
    default:
        return 0;
    }
}

rt_case *rt_choice_add(rt_choice *choice, rt_object *object,
                       rt_case_kind kind) {
    if (!(kinds_of(object) & 1u << kind)) return NULL;
    bool is_remote = rt_is_remote(object);
    if (is_remote) choice->remote_count++;
    return rt_choice_add_here(
        choice, object, is_remote ? NULL : object->type->selectable, kind);
}

bool rt_choice_is_remote(const rt_choice *choice) {
    return choice->remote_count > 0;
}

bool rt_choice_may_be_lent(const rt_choice *choice) {
    for (size_t i = 0; i < choice->count; i++) {
        const rt_case *c = &choice->cases[i];
        if (!c->type) return true;
        if (c->type->lending && c->type->lending->is_lent(c->object))
            return true;
    }
    return false;
}

/* ---- where the cases live ---- */

static rt_wire *wire_of(const rt_case *c) {
    return rt_remote_of(c->object)->wire;
}

static int compare(const void *a, const void *b) {
    uintptr_t first = (uintptr_t)wire_of(*(rt_case *const *)a);
    uintptr_t second = (uintptr_t)wire_of(*(rt_case *const *)b);
    return (first > second) - (first < second);
}

/* Those of this process into the select, the others by peer. */
static void sort_out(rt_choice *choice) {
    rt_case **local = choice->remote + choice->capacity;
    size_t local_count = 0, remote_count = 0;
    for (size_t i = 0; i < choice->count; i++) {
        rt_case *c = &choice->cases[i];
        c->is_known = false;
        if (c->type)
            local[local_count++] = c;
        else
            choice->remote[remote_count++] = c;
    }
    assert(remote_count == choice->remote_count);
    if (remote_count > 1)
        qsort(choice->remote, remote_count, sizeof *choice->remote, compare);
    rt_select_init(&choice->select, local, local_count,
                   local + choice->capacity, &choice->random);
}

/* How many cases from `first` on live with the same peer. */
static size_t same_peer(rt_case *const *first, size_t most) {
    size_t count = 1;
    while (count < most && !first[count]->type &&
           wire_of(first[count]) == wire_of(first[0]))
        count++;
    return count;
}

/* ---- start and end ---- */

static void take_over(rt_choice *choice, rt_waiter *waiter) {
    choice->waiter = waiter;
    choice->on_complete = waiter->on_complete;
    choice->completes_inline = waiter->completes_inline;
    waiter->slot = choice;
    waiter->on_complete = on_complete;
    waiter->completes_inline = false; /* on_complete takes locks */
    waiter->timer.due_ns = RT_NEVER;  /* until it is armed */
}

static void give_back(const rt_choice *choice) {
    choice->waiter->on_complete = choice->on_complete;
    choice->waiter->completes_inline = choice->completes_inline;
}

int rt_choice_try(rt_choice *choice, rt_loop *loop) {
    assert(choice->remote_count == 0);
    choice->chosen = NULL;
    sort_out(choice);
    return rt_select_try(&choice->select, NULL, loop, &choice->chosen);
}

/* Of a peer that has all cases. */
static int64_t patience_of(rt_choice_mode mode) {
    switch (mode) {
    case RT_CHOICE_NOW:
        return 0;
    case RT_CHOICE_TRY:
        return RT_PATIENCE_TRY;
    case RT_CHOICE_WAIT:
    case RT_CHOICE_WATCH:
        break;
    }
    return RT_NEVER;
}

static int start(rt_choice *choice) {
    size_t remote_count = choice->remote_count;
    if (remote_count == 0 && choice->mode == RT_CHOICE_NOW)
        return rt_choice_try(choice, choice->waiter->loop);
    if (remote_count == 0 && choice->mode == RT_CHOICE_TRY)
        return recall_here(choice);
    if (remote_count == 0 || choice->mode == RT_CHOICE_WATCH)
        return wait_everywhere(choice);
    if (same_peer(choice->remote, remote_count) == choice->count) {
        choice->position = choice->count;
        return ask(choice, choice->remote, remote_count,
                   patience_of(choice->mode));
    }
    for (size_t i = 0; i < choice->count; i++) {
        size_t to = rt_random_below(&choice->random, (uint32_t)i + 1);
        choice->turns[i] = choice->turns[to];
        choice->turns[to] = &choice->cases[i];
    }
    return walk(choice);
}

int rt_choice_start(rt_choice *choice, rt_waiter *waiter, rt_choice_mode mode) {
    choice->mode = mode;
    choice->chosen = NULL;
    choice->position = 0;
    choice->is_lent = choice->recalls = false;
    sort_out(choice);
    take_over(choice, waiter);
    int status = start(choice);
    if (status != RT_PENDING) give_back(choice);
    return status;
}

static void end(rt_choice *choice, int status) {
    rt_waiter *waiter = choice->waiter;
    choice->phase = PHASE_NONE;
    give_back(choice);
    waiter->status = status;
    waiter->on_complete(waiter);
}

/* ---- walk ---- */

static int attempt_here(rt_choice *choice, rt_case *c) {
    rt_select one;
    rt_case *room[2];
    rt_select_init(&one, &c, 1, room, &choice->random);
    return rt_select_try(&one, NULL, choice->waiter->loop, &choice->chosen);
}

/* Whether an attempt found nothing; notes what else it says. */
static bool is_nothing(rt_choice *choice, int status) {
    if (status == RT_ELENT) choice->is_lent = true;
    return status == RT_EEMPTY || status == RT_ELENT;
}

/* No case could go on. */
static int end_walk(rt_choice *choice) {
    switch (choice->mode) {
    case RT_CHOICE_NOW:
        return choice->is_lent ? RT_ELENT : RT_EEMPTY;
    case RT_CHOICE_TRY:
        return choice->is_lent ? recall_here(choice) : RT_EEMPTY;
    case RT_CHOICE_WAIT:
    case RT_CHOICE_WATCH:
        break;
    }
    return wait_everywhere(choice);
}

/* Goes on where it stopped. */
static int walk(rt_choice *choice) {
    while (choice->position < choice->count) {
        rt_case **turn = choice->turns + choice->position;
        size_t left = choice->count - choice->position;
        if (!turn[0]->type) {
            size_t count = same_peer(turn, left);
            choice->position += count;
            return ask(choice, turn, count, 0);
        }
        choice->position++;
        int status = attempt_here(choice, turn[0]);
        if (!is_nothing(choice, status)) return status;
    }
    return end_walk(choice);
}

/* ---- recall ---- */

/* Again and again, until nothing lent is in the way of any. */
static int recall_here(rt_choice *choice) {
    rt_waiter *waiter = choice->waiter;
    int status =
        rt_select_try(&choice->select, waiter, waiter->loop, &choice->chosen);
    if (status == RT_PENDING) choice->phase = PHASE_RECALLING;
    if (status != RT_EEMPTY) return status;
    choice->recalls = true;
    choice->position = 0;
    return recall_there(choice);
}

static bool are_known(rt_case *const *cases, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!cases[i]->is_known) return false;
    return true;
}

/* Goes on with the next peer. */
static int recall_there(rt_choice *choice) {
    while (choice->position < choice->remote_count) {
        rt_case **cases = choice->remote + choice->position;
        size_t count =
            same_peer(cases, choice->remote_count - choice->position);
        choice->position += count;
        if (!are_known(cases, count))
            return ask(choice, cases, count, RT_PATIENCE_TRY);
    }
    return RT_EEMPTY;
}

/* ---- wait ---- */

/* Asks a peer, on behalf of whom the choice is for. */
static int call_peer(rt_choice *choice, int operation, rt_case **cases,
                     size_t count, int64_t patience_ns, rt_waiter *waiter) {
    rt_message *arguments;
    int status = rt_choice_write(operation, cases, count, patience_ns,
                                 rt_random_next(&choice->random), &arguments);
    if (status) return status;
    if (choice->call)
        return rt_calls_ask(choice->call, cases[0]->object, operation,
                            arguments, waiter);
    return rt_remote_call(cases[0]->object, operation, choice->party, arguments,
                          waiter);
}

static int start_watch(rt_choice *choice, rt_case **cases, size_t count) {
    struct watch *watch = rt_alloc(sizeof *watch);
    if (!watch) return RT_ENOMEMORY;
    rt_waiter_init(&watch->waiter, choice->waiter->loop, on_watched);
    rt_list_init(&watch->link);
    watch->choice = choice;
    watch->cases = cases;
    watch->count = count;
    int status = call_peer(choice, RT_CALL_WATCH, cases, count, RT_NEVER,
                           &watch->waiter);
    if (status == RT_PENDING)
        rt_list_push(&choice->watches, &watch->link);
    else
        rt_free(watch);
    return status;
}

/* What they have to say will be ignored. */
static void drop_watches(rt_choice *choice) {
    for (rt_list *node; (node = rt_list_pop(&choice->watches)) != NULL;) {
        struct watch *watch = rt_container_of(node, struct watch, link);
        watch->choice = NULL;
        rt_remote_withdraw(&watch->waiter, RT_ECANCELLED);
    }
}

static int start_watches(rt_choice *choice) {
    int status = RT_PENDING;
    size_t count;
    for (size_t i = 0; i < choice->remote_count && status == RT_PENDING;
         i += count) {
        rt_case **cases = choice->remote + i;
        count = same_peer(cases, choice->remote_count - i);
        status = start_watch(choice, cases, count);
    }
    return status;
}

/* The waiter, which is parked, is the caller's again; false: it was completed
 * by somebody else. */
static bool withdraw(rt_choice *choice) {
    if (!rt_waiter_claim(choice->waiter)) return false;
    (void)rt_select_end(&choice->select);
    drop_watches(choice);
    rt_waiter_unpark(choice->waiter);
    choice->phase = PHASE_NONE;
    return true;
}

static int wait_everywhere(rt_choice *choice) {
    rt_waiter *waiter = choice->waiter;
    int status = choice->mode == RT_CHOICE_WATCH
                     ? rt_select_watch(&choice->select, waiter, &choice->chosen)
                     : rt_select_begin(&choice->select, waiter, waiter->loop,
                                       &choice->chosen);
    if (status != RT_PENDING) return status;
    choice->phase = PHASE_PARKED;
    status = start_watches(choice);
    /* Too late to fail if a case has taken place meanwhile. */
    return status == RT_PENDING || withdraw(choice) ? status : RT_PENDING;
}

static int64_t patience(rt_choice *choice) {
    return PATIENCE_NS + rt_random_below(&choice->random, 2 * PATIENCE_NS);
}

/* A peer has seen that one of its cases could go on. If that takes nothing, it
 * has taken place. */
static int use_chance(rt_choice *choice, const struct watch *watch,
                      const rt_message *answer) {
    rt_case *chance;
    int status = rt_choice_read(RT_CALL_WATCH, answer, watch->cases,
                                watch->count, &chance);
    if (status < RT_OK) return status;
    if (choice->mode == RT_CHOICE_WAIT && chance->kind != RT_CASE_WAIT)
        return ask(choice, watch->cases, watch->count, patience(choice));
    choice->chosen = chance;
    return RT_OK;
}

static void on_watched(rt_waiter *waiter) {
    struct watch *watch = rt_container_of(waiter, struct watch, waiter);
    rt_choice *choice = watch->choice;
    int status = waiter->status;
    rt_list_unlink(&watch->link);
    if (choice && withdraw(choice)) {
        if (status == RT_OK)
            status = use_chance(choice, watch, waiter->message);
        if (status != RT_PENDING)
            rt_waiter_complete_here(choice->waiter, status);
    }
    rt_message_free(waiter->message);
    rt_free(watch);
}

/* ---- ask ---- */

/* The waiter is not parked. */
static int ask(rt_choice *choice, rt_case **cases, size_t count,
               int64_t patience_ns) {
    choice->asked = cases;
    choice->asked_count = count;
    int status = call_peer(choice, RT_CALL_SELECT, cases, count, patience_ns,
                           choice->waiter);
    if (status == RT_PENDING) choice->phase = PHASE_ASKING;
    return status;
}

static int read_answer(rt_choice *choice) {
    rt_waiter *waiter = choice->waiter;
    rt_message *answer = waiter->message;
    int status = waiter->status;
    waiter->message = NULL;
    if (status == RT_OK)
        status = rt_choice_read(RT_CALL_SELECT, answer, choice->asked,
                                choice->asked_count, &choice->chosen);
    rt_message_free(answer);
    for (size_t i = 0; i < choice->asked_count && status == RT_EEMPTY; i++)
        choice->asked[i]->is_known = true;
    return status;
}

/* The deadline went with the completion. */
static void arm_again(rt_waiter *waiter) {
    int status =
        rt_waiter_arm(waiter, waiter->timer.key_ns, waiter->timer.due_ns);
    if (status == RT_OK || rt_waiter_cancel(waiter, status)) return;
    rt_remote_withdraw(waiter, status);
}

static void on_complete(rt_waiter *waiter) {
    rt_choice *choice = waiter->slot;
    int status = waiter->status;
    switch (choice->phase) {
    case PHASE_PARKED:
        choice->chosen = rt_select_end(&choice->select);
        drop_watches(choice);
        break;
    case PHASE_RECALLING:
        choice->phase = PHASE_NONE;
        choice->chosen = rt_select_end(&choice->select);
        if (status == RT_EEMPTY || status == RT_EFULL)
            status = waiter->too_late ? waiter->too_late : recall_here(choice);
        break;
    case PHASE_ASKING:
        choice->phase = PHASE_NONE;
        status = read_answer(choice);
        if (is_nothing(choice, status))
            status = choice->recalls ? recall_there(choice) : walk(choice);
        break;
    }
    if (status == RT_PENDING)
        arm_again(waiter);
    else
        end(choice, status);
}
