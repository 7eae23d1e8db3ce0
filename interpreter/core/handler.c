/* handler.c - what a handler finds, and what it replaces, is the process's: so is the
 * table here, which a lock guards. The handler reads of it only what does not change
 * while it is installed. */
#include "core/handler.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/status.h"
#include "core/interrupt.h"
#include "loop/signals.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    int users;
    struct sigaction before;
} table[RT_SIGNAL_LIMIT];

static void pass_on(int number, siginfo_t *info, void *context) {
    const struct sigaction *before = &table[number].before;
    if (before->sa_flags & SA_SIGINFO)
        before->sa_sigaction(number, info, context);
    else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN)
        before->sa_handler(number);
}

static void on_signal(int number, siginfo_t *info, void *context) {
    int saved = errno;
    if (!host_interrupt_heard(info, context)) pass_on(number, info, context);
    errno = saved;
}

static int install(int number) {
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&action.sa_mask);
    /* First, so that the handler finds it. */
    if (sigaction(number, NULL, &table[number].before) != 0 ||
        sigaction(number, &action, NULL) != 0)
        return -errno;
    return RT_OK;
}

int host_handler_use(int number) {
    if (number <= 0 || number >= RT_SIGNAL_LIMIT) return -EINVAL;
    pthread_mutex_lock(&lock);
    int status = table[number].users > 0 ? RT_OK : install(number);
    if (status == RT_OK) table[number].users++;
    pthread_mutex_unlock(&lock);
    return status;
}

void host_handler_leave(int number) {
    /* What was sent to this thread arrives before. */
    (void)syscall(SYS_gettid);
    pthread_mutex_lock(&lock);
    if (--table[number].users == 0) {
        struct sigaction now;
        (void)sigaction(number, NULL, &now);
        if (now.sa_sigaction == on_signal) /* else somebody came after us */
            (void)sigaction(number, &table[number].before, NULL);
    }
    pthread_mutex_unlock(&lock);
}
