/* insist.c - each stage has a timer, which begins when the stage does: a program
 * that was stopped for a while (Ctrl-Z) does not go on with SIGKILL. */
#include "ipc/insist.h"

#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "ipc/session.h"

static void on_time(rt_timer *timer, int64_t now_ns);

void rt_insist_init(rt_insist *insist) {
    insist->stage = RT_INSIST_NOT;
    insist->timer.fire = on_time;
}

static void send_signal(const rt_insist *insist, int number) {
    if (insist->has_group)
        (void)kill(-insist->pid, number);
    else
        (void)pidfd_send_signal(insist->pidfd, number, NULL, 0);
}

/* One that is stopped hears of it when it goes on. */
void rt_insist_terminate(const rt_insist *insist) {
    send_signal(insist, insist->has_session ? SIGHUP : SIGTERM);
    send_signal(insist, SIGCONT);
}

void rt_insist_kill_all(const rt_insist *insist) {
    send_signal(insist, SIGKILL);
    if (insist->has_session) rt_session_kill(insist->pid);
}

void rt_insist_kill(rt_insist *insist) {
    rt_timer_stop(&insist->loop->timers, &insist->timer);
    insist->stage = RT_INSIST_KILLED;
    rt_insist_kill_all(insist);
}

static void enter(rt_insist *insist, rt_insist_stage stage, int64_t time_ns) {
    rt_timers *timers = &insist->loop->timers;
    insist->stage = stage;
    int haste = atomic_load(&insist->runtime->haste);
    int64_t due = rt_clock_now() + time_ns / haste;
    rt_timer_stop(timers, &insist->timer);
    /* One that answers will not be signalled. */
    insist->timer.wakes_nobody = stage == RT_INSIST_TOLD;
    if (rt_timer_start(timers, &insist->timer, due, due))
        rt_insist_kill(insist); /* no memory for patience */
}

void rt_insist_begin(rt_insist *insist) {
    if (insist->stage != RT_INSIST_NOT) return;
    if (insist->ask)
        enter(insist, RT_INSIST_TOLD, RT_INSIST_STEP_NS);
    else
        enter(insist, RT_INSIST_TERMINATED, RT_INSIST_CLEANUP_NS);
}

void rt_insist_hear(rt_insist *insist) {
    insist->silence = 0;
    insist->is_asked = false;
}

void rt_insist_stop(rt_insist *insist) {
    if (!rt_insist_has_signalled(insist)) insist->stage = RT_INSIST_NOT;
    rt_timer_stop(&insist->loop->timers, &insist->timer);
}

/* Asks again only when there was an answer: what is stuck has the question. */
static void listen(rt_insist *insist) {
    enter(insist, RT_INSIST_TOLD, RT_INSIST_STEP_NS);
    if (!insist->is_asked) insist->ask(insist);
    insist->is_asked = true;
}

static void on_time(rt_timer *timer, int64_t now_ns) {
    (void)now_ns;
    rt_insist *insist = rt_container_of(timer, rt_insist, timer);
    if (insist->stage == RT_INSIST_TERMINATED) {
        rt_insist_kill(insist);
    } else if (++insist->silence < RT_INSIST_SILENCE) {
        listen(insist);
    } else {
        enter(insist, RT_INSIST_TERMINATED, RT_INSIST_STEP_NS);
        rt_insist_terminate(insist);
    }
}

/* ---- the end ---- */

static int wait_for(const rt_insist *insist, int options, siginfo_t *info) {
    int status;
    *info = (siginfo_t){0};
    do {
        status = waitid(P_PIDFD, (id_t)insist->pidfd, info,
                        WEXITED | WNOHANG | options);
    } while (status < 0 && errno == EINTR);
    return status;
}

bool rt_insist_reap(const rt_insist *insist, bool is_all, int *exit_code,
                    int *exit_signal) {
    siginfo_t info;
    int status = wait_for(insist, WNOWAIT, &info);
    if (status == 0 && info.si_pid == 0) return false;
    /* Not yet reaped, so nobody else has its number. */
    if (status == 0 && is_all && insist->has_group) rt_insist_kill_all(insist);
    status = wait_for(insist, 0, &info);
    bool has_exited = status == 0 && info.si_code == CLD_EXITED;
    bool was_killed = status == 0 && info.si_code != CLD_EXITED;
    *exit_code = has_exited ? info.si_status : -1;
    *exit_signal = was_killed ? info.si_status : 0;
    return true;
}

const char *rt_insist_tell(const rt_insist *insist, int exit_signal) {
    bool was_killed =
        insist->stage == RT_INSIST_KILLED && exit_signal == SIGKILL;
    if (!insist->ask && !was_killed) return "cancelled: the program was ended";
    if (!insist->ask)
        return insist->has_session
                   ? "cancelled: the program was killed, as it had not ended "
                     "by SIGHUP"
                   : "cancelled: the program was killed, as it had not ended "
                     "by SIGTERM";
    return was_killed
               ? "cancelled: the process was killed, as it had not stopped"
               : "cancelled: the process was ended by a signal, as it had not "
                 "stopped";
}
