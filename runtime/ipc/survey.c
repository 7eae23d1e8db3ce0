/* survey.c - a census ends on any thread, so what it has come to is posted to the
 * hub, which alone has the timer and the wires. It is a member of the hub, and so
 * there until it is over. */
#include "ipc/survey.h"

#include "base/alloc.h"
#include "ipc/bytes.h"

/* From one parent, under way; it asks for more only by mistake. */
enum { MOST_SURVEYS = 256 };

/* ---- taking one ---- */

typedef struct survey {
    rt_hub *hub;
    rt_hub_member member;
    rt_census_listener listener;
    rt_census *census; /* a reference */
    rt_timer patience;
    rt_post done;
    rt_message *records;
    void (*on_done)(void *context, rt_message *records);
    void *context;
} survey;

/* On any thread. */
static void on_census(rt_census_listener *listener, rt_message *records) {
    survey *s = rt_container_of(listener, survey, listener);
    s->records = records;
    rt_loop_post(rt_hub_loop(s->hub), &s->done);
}

static void on_done(rt_post *post) {
    survey *s = rt_container_of(post, survey, done);
    rt_timer_stop(&rt_hub_loop(s->hub)->timers, &s->patience);
    rt_hub_leave(s->hub, &s->member);
    rt_census_unref(s->census);
    s->on_done(s->context, s->records);
    rt_free(s);
}

static void on_patience_over(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    rt_census_stop(rt_container_of(timer, survey, patience)->census);
}

static void on_hub_stop(rt_hub_member *member) {
    rt_census_stop(rt_container_of(member, survey, member)->census);
}

static int take(rt_hub *hub, int64_t limit_ns, bool is_parent,
                void (*done)(void *context, rt_message *records),
                void *context) {
    survey *s = rt_calloc(sizeof *s);
    if (!s) return RT_ENOMEMORY;
    s->hub = hub;
    s->member.stop = s->member.kill = on_hub_stop;
    s->listener = (rt_census_listener){on_census, is_parent};
    s->patience = (rt_timer){.fire = on_patience_over};
    s->done.run = on_done;
    s->on_done = done;
    s->context = context;
    s->census = rt_census_start(rt_hub_runtime(hub), limit_ns, &s->listener);
    if (!s->census) {
        rt_free(s);
        return RT_ENOMEMORY;
    }
    int64_t due = rt_clock_now() + limit_ns;
    if (rt_timer_start(&rt_hub_loop(hub)->timers, &s->patience, due, due))
        rt_census_stop(s->census); /* no memory for patience */
    rt_hub_join(hub, &s->member);
    return RT_OK;
}

int rt_survey_take(rt_hub *hub, int64_t limit_ns,
                   void (*done)(void *context, rt_message *records),
                   void *context) {
    return take(hub, limit_ns, false, done, context);
}

/* ---- the parent ---- */

typedef struct question {
    rt_list link; /* in wire->questions */
    uint64_t request;
    rt_part *part;
} question;

static int send_question(rt_wire *wire, uint64_t request, int64_t limit_ns) {
    uint8_t fields[8];
    rt_put_u64(fields, (uint64_t)limit_ns);
    rt_packet *packet = rt_packet_new(RT_FRAME_CENSUS);
    if (!packet) return RT_ENOMEMORY;
    /* Fields fit into the packet, so filling cannot fail. */
    (void)rt_packet_fill(packet, fields, sizeof fields, NULL, SIZE_MAX, NULL);
    int status = rt_wire_send(wire, packet, request);
    if (status) packet->release(packet);
    return status;
}

bool rt_survey_ask(rt_wire *wire, rt_part *part, int64_t limit_ns) {
    question *q = wire->has_ended ? NULL : rt_alloc(sizeof *q);
    if (!q) return false;
    *q = (question){.request = ++wire->last_question, .part = part};
    rt_list_push(&wire->questions, &q->link);
    if (send_question(wire, q->request, limit_ns) == RT_OK) return true;
    rt_list_unlink(&q->link);
    rt_free(q);
    return false;
}

static question *find(rt_wire *wire, uint64_t request) {
    for (rt_list *node = wire->questions.next; node != &wire->questions;
         node = node->next) {
        question *q = rt_container_of(node, question, link);
        if (q->request == request) return q;
    }
    return NULL;
}

static void answer(question *q, rt_message *records) {
    rt_list_unlink(&q->link);
    rt_part_answer(q->part, records);
    rt_free(q);
}

static int check(const rt_message *records, rt_error *err) {
    if (records->object_count > 0)
        return rt_error_set(err, RT_EDAMAGED, "RECORDS frame with objects");
    if (rt_records_check(records) != RT_OK)
        return rt_error_set(err, RT_EDAMAGED, "RECORDS frame without records");
    return RT_OK;
}

int rt_survey_told(rt_wire *wire, uint64_t request, rt_message *records,
                   rt_error *err) {
    question *q = find(wire, request);
    int status = RT_OK;
    if (!q)
        status = rt_error_set(err, RT_EDAMAGED,
                              "records of census %llu, which is not under way",
                              (unsigned long long)request);
    else if (records)
        status = check(records, err);
    if (status)
        rt_message_free(records);
    else
        answer(q, records);
    return status;
}

void rt_survey_fail(rt_wire *wire) {
    while (!rt_list_empty(&wire->questions))
        answer(rt_container_of(wire->questions.next, question, link), NULL);
}

/* ---- the child ---- */

typedef struct task {
    rt_wire *wire; /* a reference */
    uint64_t request;
} task;

static void send_records(rt_wire *wire, uint64_t request, rt_message *records) {
    rt_packet *packet = rt_packet_new(RT_FRAME_RECORDS);
    if (!packet) {
        rt_message_free(records);
        return;
    }
    if (rt_packet_fill(packet, NULL, 0, records, RT_FRAME_LIMIT, NULL)) {
        rt_message_free(records); /* then without any */
        (void)rt_packet_fill(packet, NULL, 0, NULL, SIZE_MAX, NULL);
    }
    if (rt_wire_send(wire, packet, request)) packet->release(packet);
}

static void on_taken(void *context, rt_message *records) {
    task *t = context;
    t->wire->survey_count--;
    send_records(t->wire, t->request, records);
    rt_wire_unref(t->wire);
    rt_free(t);
}

void rt_survey_begin(rt_wire *wire, uint64_t request, int64_t limit_ns) {
    bool has_room = wire->survey_count < MOST_SURVEYS;
    task *t = has_room ? rt_alloc(sizeof *t) : NULL;
    if (limit_ns > RT_CENSUS_NS) limit_ns = RT_CENSUS_NS;
    limit_ns -= RT_CENSUS_STEP_NS;
    if (limit_ns < RT_CENSUS_STEP_NS / 2) limit_ns = RT_CENSUS_STEP_NS / 2;
    if (t) *t = (task){wire, request};
    if (t && take(wire->hub, limit_ns, true, on_taken, t) == RT_OK) {
        rt_wire_ref(wire); /* until on_taken, which comes later */
        wire->survey_count++;
        return;
    }
    rt_free(t);
    send_records(wire, request, NULL);
}
