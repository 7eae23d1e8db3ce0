/* process_link.c - the link of another program counts as its wire: the strand is not
 * finished before both the program and the link have ended. Whoever serves the link
 * ends it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "ipc/process_parts.h"

static void on_let_go(rt_post *post);

int rt_process_take_link(process *p, const int link[2]) {
    p->link = fcntl(link[0], F_DUPFD_CLOEXEC, 3);
    p->child_fd = fcntl(link[1], F_DUPFD_CLOEXEC, 3);
    if (p->link < 0 || p->child_fd < 0) return -errno;
    p->let_go.run = on_let_go;
    p->launch.wire = p->child_fd;
    p->wire_ended = false;
    return RT_OK;
}

void rt_process_let_go(rt_strand *strand, const char *kind, const char *why,
                       bool is_end) {
    pthread_mutex_lock(&strand->lock);
    process *p = strand->cancel ? strand->cancel_target : NULL;
    if (p && p->link >= 0 && !p->is_let_go) {
        p->is_let_go = true;
        p->kind = kind;
        p->is_link_end = is_end;
        if (why) (void)rt_error_set(&p->why, RT_EDAMAGED, "%s", why);
        rt_loop_post(rt_hub_loop(p->hub), &p->let_go);
    }
    pthread_mutex_unlock(&strand->lock);
}

static void on_let_go(rt_post *post) {
    process *p = rt_container_of(post, process, let_go);
    p->wire_ended = true;
    (void)shutdown(p->link, SHUT_RDWR);
    rt_process_settle(p);
}

/* What it has left running may have the other end, too. What was cancelled does not
 * wait for those who have not taken what it sent. */
void rt_process_end_link(process *p) {
    (void)shutdown(p->link, SHUT_RD);
    pthread_mutex_lock(&p->strand->lock);
    if (!p->is_let_go && atomic_load(&p->was_cancelled))
        p->is_let_go = p->wire_ended = true;
    pthread_mutex_unlock(&p->strand->lock);
}
