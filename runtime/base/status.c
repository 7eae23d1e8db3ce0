/* status.c - names and texts come from the one table in status.h. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *rt_status_name(int status) {
    switch (status) {
#define RT_STATUS_NAME(id, number, name, text)                                 \
    case RT_##id:                                                              \
        return name;
        RT_STATUS_MAP(RT_STATUS_NAME)
#undef RT_STATUS_NAME
    }
    return "error";
}

const char *rt_status_text(int status) {
    switch (status) {
    case RT_OK:
        return "success";
    case RT_PENDING:
        return "pending";
#define RT_STATUS_TEXT(id, number, name, text)                                 \
    case RT_##id:                                                              \
        return text;
        RT_STATUS_MAP(RT_STATUS_TEXT)
#undef RT_STATUS_TEXT
    }
    return strerrordesc_np(-status) ? strerrordesc_np(-status)
                                    : "unknown error";
}

int rt_error_set(rt_error *err, int status, const char *format, ...) {
    if (!err) return status;
    err->status = status;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return status;
}
