/* outcome.c - an outcome is a message like any other: data/encode.h. */
#include "exec/outcome.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "data/encode.h"

/* Adds up failures, so that a sequence of writers needs one check. */
static bool add_str(rt_buffer *to, const char *text) {
    return rt_encode_str(to, text, strlen(text)) == RT_OK;
}

static bool add_text_field(rt_buffer *to, const char *key, const char *text) {
    return add_str(to, key) && add_str(to, text);
}

static bool add_int_field(rt_buffer *to, bool is_there, const char *key,
                          int64_t value) {
    if (!is_there) return true;
    return add_str(to, key) && rt_encode_int(to, value) == RT_OK;
}

static bool add_reason(rt_buffer *to, const rt_token *reason) {
    if (!reason) return true;
    if (!add_str(to, "reason")) return false;
    if (reason->kind == RT_TOKEN_INT)
        return rt_encode_int(to, reason->as.integer) == RT_OK;
    if (reason->kind == RT_TOKEN_FLOAT)
        return rt_encode_float(to, reason->as.number) == RT_OK;
    return rt_encode_str(to, reason->as.str.bytes, reason->as.str.size) ==
           RT_OK;
}

/* [TABLE, array_count, hash_count, metatable, keys and values] */
static bool add_error_table(rt_buffer *to, const char *kind,
                            const char *message,
                            const rt_outcome_detail *detail) {
    bool has_pid = detail->pid != 0;
    bool has_code = detail->exit_code >= 0;
    bool has_signal = detail->signal != 0;
    bool has_reason = detail->reason != NULL;
    uint32_t fields = 2u + has_pid + has_code + has_signal + has_reason;
    return rt_encode_array(to, 4 + 2 * fields) == RT_OK &&
           rt_encode_int(to, RT_NODE_TABLE) == RT_OK &&
           rt_encode_int(to, 0) == RT_OK &&
           rt_encode_int(to, fields) == RT_OK &&
           rt_encode_node(to, 1) == RT_OK && add_text_field(to, "kind", kind) &&
           add_text_field(to, "message", message) &&
           add_int_field(to, has_pid, "pid", detail->pid) &&
           add_int_field(to, has_code, "exitcode", detail->exit_code) &&
           add_int_field(to, has_signal, "signal", detail->signal) &&
           add_reason(to, detail->reason);
}

/* [MODULE, "plait", "Error"] */
static bool add_metatable(rt_buffer *to) {
    return rt_encode_array(to, 3) == RT_OK &&
           rt_encode_int(to, RT_NODE_MODULE) == RT_OK && add_str(to, "plait") &&
           add_str(to, "Error");
}

rt_message *rt_outcome_error(const char *kind, const char *message,
                             const rt_outcome_detail *detail) {
    static const rt_outcome_detail nothing = {.exit_code = -1};
    rt_message *made = rt_message_new();
    if (!made) return NULL;
    rt_buffer *to = &made->bytes;
    if (rt_encode_header(to, 2, 2) == RT_OK && rt_encode_node(to, 0) == RT_OK &&
        rt_encode_nil(to) == RT_OK &&
        add_error_table(to, kind, message, detail ? detail : &nothing) &&
        add_metatable(to))
        return made;
    rt_message_free(made);
    return NULL;
}

/* What became of it, as the end of a sentence. */
static void describe_end(char *to, size_t size,
                         const rt_outcome_detail *detail) {
    const char *signal_name = sigdescr_np(detail->signal);
    if (detail->signal)
        (void)snprintf(to, size, "was killed by signal %d (%s)", detail->signal,
                       signal_name ? signal_name : "unknown");
    else if (detail->exit_code >= 0)
        (void)snprintf(to, size, "exited with status %d before it returned",
                       detail->exit_code);
    else
        (void)snprintf(to, size, "ended, and its status is not known");
}

rt_message *rt_outcome_died(const char *name, const rt_outcome_detail *detail,
                            const char *note) {
    char end[100], text[800];
    describe_end(end, sizeof end, detail);
    (void)snprintf(text, sizeof text, "process %s%.200s%s(pid %d) %s%s%s%s",
                   name ? "'" : "", name ? name : "", name ? "' " : "",
                   (int)detail->pid, end, note ? " (its wire: " : "",
                   note ? note : "", note ? ")" : "");
    return rt_outcome_error("died", text, detail);
}

/* The value of a message as text; false if it is neither text nor a number. */
static bool read_reason(const rt_message *message, rt_token *token, char *text,
                        size_t size) {
    rt_reader reader;
    uint32_t roots = 0, nodes;
    if (!message || message->bytes.size == 0) return false;
    rt_reader_init(&reader, message->bytes.bytes, message->bytes.size, NULL);
    if (rt_reader_header(&reader, &roots, &nodes) || roots != 1 ||
        rt_reader_next(&reader, token))
        return false;
    int length = -1;
    if (token->kind == RT_TOKEN_INT)
        length = snprintf(text, size, "%lld", (long long)token->as.integer);
    if (token->kind == RT_TOKEN_FLOAT)
        length = snprintf(text, size, "%.14g", token->as.number);
    if (token->kind == RT_TOKEN_STR)
        length = snprintf(text, size, "%.*s", (int)token->as.str.size,
                          token->as.str.bytes);
    return length >= 0;
}

rt_message *rt_outcome_cancelled(const rt_message *reason) {
    rt_token token;
    char text[400] = "", message[420];
    bool has_reason = read_reason(reason, &token, text, sizeof text);
    rt_outcome_detail detail = {.exit_code = -1};
    if (has_reason) detail.reason = &token;
    (void)snprintf(message, sizeof message, "cancelled%s%s",
                   has_reason ? ": " : "", text);
    return rt_outcome_error("cancelled", message, &detail);
}

rt_message *rt_outcome_int(int64_t value) {
    rt_message *made = rt_message_new();
    if (!made) return NULL;
    if (rt_encode_header(&made->bytes, 1, 0) == RT_OK &&
        rt_encode_int(&made->bytes, value) == RT_OK)
        return made;
    rt_message_free(made);
    return NULL;
}
