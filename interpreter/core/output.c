/* output.c */
#include "core/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/capture.h"
#include "core/policy_inside.h"

bool host_output_is_taken(const rt_runtime *runtime) {
    const host_policy *policy = runtime->policy;
    return policy && policy->callbacks.on_write;
}

void host_output_give(const rt_runtime *runtime, int fd, const char *text,
                      size_t size) {
    host_policy *policy = runtime->policy;
    pthread_mutex_lock(&policy->output);
    host_capture_take(policy);
    if (size > 0)
        policy->callbacks.on_write(policy->callbacks.data, fd, text, size);
    pthread_mutex_unlock(&policy->output);
}

bool host_output_give_error(const rt_runtime *runtime,
                            const host_unhandled *error) {
    host_policy *policy = runtime->policy;
    if (!policy || !policy->callbacks.on_error) return false;
    pthread_mutex_lock(&policy->output);
    host_capture_take(policy); /* what was written before it */
    policy->callbacks.on_error(policy->callbacks.data, error);
    pthread_mutex_unlock(&policy->output);
    return true;
}

void host_tell(rt_runtime *runtime, const char *text, size_t size) {
    if (host_output_is_taken(runtime)) {
        host_output_give(runtime, 2, text, size);
        return;
    }
    (void)fflush(stdout);
    (void)fwrite(text, 1, size, stderr);
}

void host_tell_format(rt_runtime *runtime, const char *format, ...) {
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size < 0) return;
    if ((size_t)size >= sizeof text) {
        size = sizeof text - 1;
        text[size - 1] = '\n';
    }
    host_tell(runtime, text, (size_t)size);
}

void host_output_flush(const rt_runtime *runtime) {
    if (!host_output_is_taken(runtime)) (void)fflush(stdout);
}
