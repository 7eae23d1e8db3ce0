/* status.c - names and texts come from the one table in status.h. */
#include "base/status.h"

#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <uv/errno.h>

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

/* The system's text for a code of its resolver, which libuv has renumbered; NULL:
 * it is another code. */
static const char *resolver_text(int status) {
    switch (status) {
    case UV__EAI_ADDRFAMILY:
        return gai_strerror(EAI_ADDRFAMILY);
    case UV__EAI_AGAIN:
        return gai_strerror(EAI_AGAIN);
    case UV__EAI_BADFLAGS:
        return gai_strerror(EAI_BADFLAGS);
    case UV__EAI_FAIL:
        return gai_strerror(EAI_FAIL);
    case UV__EAI_FAMILY:
        return gai_strerror(EAI_FAMILY);
    case UV__EAI_NODATA:
        return gai_strerror(EAI_NODATA);
    case UV__EAI_NONAME:
        return gai_strerror(EAI_NONAME);
    case UV__EAI_SERVICE:
        return gai_strerror(EAI_SERVICE);
    case UV__EAI_SOCKTYPE:
        return gai_strerror(EAI_SOCKTYPE);
    }
    return NULL;
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
    const char *text = resolver_text(status);
    if (!text) text = strerrordesc_np(-status);
    return text ? text : "unknown error";
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
