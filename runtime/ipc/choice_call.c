/* choice_call.c - selects that a peer asks for.
 *
 * The choice is made on the hub's thread, with the call's own waiter, and lives
 * as long as the call. Its objects are borrowed from the arguments, which the
 * call keeps until it is answered. */
#include "ipc/choice_call.h"

#include "data/pack.h"
#include "ipc/remote.h"

/* A case takes much more memory than the bytes it comes in. */
enum { CASES_MAX = 1 << 16 };

/* ---- asking ---- */

int rt_choice_write(int operation, rt_case *const *cases, size_t count,
                    int64_t patience_ns, uint64_t seed, rt_message **message) {
    rt_pack pack;
    rt_pack_begin(&pack);
    if (count > CASES_MAX) pack.status = RT_ELIMIT;
    rt_pack_int(&pack, patience_ns);
    rt_pack_int(&pack, (int64_t)seed);
    rt_pack_int(&pack, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        rt_pack_int(&pack, cases[i]->kind);
        rt_pack_object(&pack, cases[i]->object);
        if (operation == RT_CALL_SELECT && cases[i]->kind == RT_CASE_SEND)
            rt_pack_item(&pack, &cases[i]->item);
    }
    return rt_pack_end(&pack, message);
}

int rt_choice_read(int operation, const rt_message *answer,
                   rt_case *const *cases, size_t count, rt_case **chosen) {
    rt_unpack unpack;
    rt_unpack_begin(&unpack, answer);
    int64_t index = rt_unpack_int(&unpack);
    int64_t outcome = rt_unpack_int(&unpack);
    rt_item item;
    rt_unpack_item(&unpack, &item);
    int status = rt_unpack_end(&unpack);
    if (status == RT_OK && (index < 0 || (uint64_t)index >= count ||
                            (outcome != RT_OK && outcome != RT_ECLOSED)))
        status = RT_EDAMAGED;
    if (status) {
        rt_item_clear(&item);
        return status;
    }
    *chosen = cases[index];
    if (outcome == RT_OK && operation == RT_CALL_SELECT) {
        rt_item_clear(&(*chosen)->item); /* it was sent */
        rt_item_move(&(*chosen)->item, &item);
    }
    rt_item_clear(&item);
    return (int)outcome;
}

/* ---- carrying out ---- */

static void read_case(rt_unpack *unpack, int operation, rt_choice *choice) {
    int64_t kind = rt_unpack_int(unpack);
    rt_object *object = rt_unpack_object(unpack);
    if (!object) return;
    rt_case *c = NULL;
    if (kind >= RT_CASE_RECV && kind <= RT_CASE_WAIT)
        c = rt_choice_add(choice, object, (rt_case_kind)kind);
    if (!c)
        unpack->status = RT_EUSAGE;
    else if (operation == RT_CALL_SELECT && kind == RT_CASE_SEND)
        rt_unpack_item(unpack, &c->item);
}

static int read_choice(rt_call *call, rt_choice **choice,
                       int64_t *patience_ns) {
    rt_unpack unpack;
    rt_unpack_begin(&unpack, call->arguments);
    *patience_ns = rt_unpack_int(&unpack);
    uint64_t seed = (uint64_t)rt_unpack_int(&unpack);
    int64_t count = rt_unpack_int(&unpack);
    if (unpack.status) return unpack.status;
    if (*patience_ns < 0 || count < 0 || count > unpack.left / 2)
        return RT_EDAMAGED;
    if (count > CASES_MAX) return RT_ELIMIT;
    *choice = rt_choice_new((size_t)count);
    if (!*choice) return RT_ENOMEMORY;
    for (int64_t i = 0; i < count && unpack.status == RT_OK; i++)
        read_case(&unpack, call->operation, *choice);
    (*choice)->random.state = seed;
    (*choice)->call = call;
    return rt_unpack_end(&unpack);
}

static int write_answer(int operation, const rt_choice *choice, int outcome,
                        rt_message **answer) {
    rt_pack pack;
    rt_pack_begin(&pack);
    rt_pack_int(&pack, choice->chosen - choice->cases);
    rt_pack_int(&pack, outcome);
    rt_item nothing = {.kind = RT_ITEM_NIL};
    bool has_item = operation == RT_CALL_SELECT && outcome == RT_OK &&
                    choice->chosen->kind == RT_CASE_RECV;
    rt_pack_item(&pack, has_item ? &choice->chosen->item : &nothing);
    return rt_pack_end(&pack, answer);
}

/* The call is gone after this. */
static void answer(rt_call *call, rt_choice *choice, int status) {
    rt_message *result = NULL;
    if (choice && choice->chosen && (status == RT_OK || status == RT_ECLOSED))
        status = write_answer(call->operation, choice, status, &result);
    if (status == RT_ETIMEOUT) status = RT_EEMPTY; /* out of patience */
    rt_choice_free(choice);
    call->reply(call, status, result);
}

static void on_served(rt_waiter *waiter) {
    rt_call *call = rt_container_of(waiter, rt_call, waiter);
    answer(call, waiter->slot, waiter->status);
}

static rt_choice_mode mode_of(const rt_call *call, int64_t patience_ns) {
    if (call->operation == RT_CALL_WATCH) return RT_CHOICE_WATCH;
    if (patience_ns == 0) return RT_CHOICE_NOW;
    return patience_ns == RT_PATIENCE_TRY ? RT_CHOICE_TRY : RT_CHOICE_WAIT;
}

void rt_choice_serve(rt_call *call) {
    rt_choice *choice = NULL;
    int64_t patience_ns = 0;
    rt_waiter *waiter = &call->waiter;
    int status = read_choice(call, &choice, &patience_ns);
    rt_waiter_init(waiter, waiter->loop, on_served);
    rt_choice_mode mode = mode_of(call, patience_ns);
    if (status == RT_OK) status = rt_choice_start(choice, waiter, mode);
    if (status != RT_PENDING) {
        answer(call, choice, status);
        return;
    }
    if (mode != RT_CHOICE_WAIT || patience_ns == RT_NEVER) return;
    int64_t due = rt_clock_now() + patience_ns;
    /* Without memory for the timer it has no patience. */
    if (rt_waiter_arm(waiter, due, due) != RT_OK &&
        !rt_waiter_cancel(waiter, RT_ETIMEOUT))
        rt_remote_withdraw(waiter, RT_ETIMEOUT);
}
