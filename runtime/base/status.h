/* status.h - result codes and errors with a message.
 *
 * A function that can fail returns an int: RT_OK, RT_PENDING (a waiter will
 * be completed later) or a negative code. libuv's codes and -errno pass
 * through unchanged; the codes defined here start below them. */
#ifndef RT_BASE_STATUS_H
#define RT_BASE_STATUS_H

/* Code, number, name, text. */
#define RT_STATUS_MAP(X)                                                       \
    X(ENOMEMORY, -5001, "nomem", "not enough memory")                          \
    X(ETIMEOUT, -5002, "timeout", "timed out")                                 \
    X(ECANCELLED, -5003, "cancelled", "cancelled")                             \
    X(ECLOSED, -5004, "closed", "closed")                                      \
    X(EDIED, -5005, "died", "process died")                                    \
    X(EABANDONED, -5006, "abandoned", "lock was abandoned by its owner")       \
    X(EOWNER, -5007, "usage", "not the owner")                                 \
    X(ETYPE, -5008, "usage", "wrong type")                                     \
    X(EDAMAGED, -5009, "send", "damaged message")                              \
    X(ELIMIT, -5010, "send", "limit exceeded")                                 \
    X(EUSAGE, -5011, "usage", "misuse")                                        \
    X(ECHANGED, -5012, "changed", "value has changed")                         \
    X(EFULL, -5013, "full", "full")                                            \
    X(EEMPTY, -5014, "empty", "empty")                                         \
    X(EINTERRUPTED, -5015, "interrupted", "interrupted")                       \
    X(EDEADLOCK, -5016, "deadlock", "deadlock")                                \
    X(EBROKEN, -5017, "broken_barrier", "barrier is broken")                   \
    X(ESTUCK, -5018, "deadlock", "nothing can run any more")                   \
    X(ELENT, -5019, "lent", "lent to another process")                         \
    X(ERING, -5020, "deadlock", "this wait would never end")                   \
    X(ENOHELPER, -5021, "usage",                                               \
      "no plait program is known that could run it: install the package "      \
      "'plait', or name the program in PLAIT_HELPER (to the library: "         \
      "helper_path)")

enum {
    RT_OK = 0,
    RT_PENDING = 1, /* completed later, exactly once, through the waiter */
#define RT_STATUS_ENUM(id, number, name, text) RT_##id = (number),
    RT_STATUS_MAP(RT_STATUS_ENUM)
#undef RT_STATUS_ENUM
};

/* An error that names something. The message is cut to the buffer. */
typedef struct rt_error {
    int status;
    char message[400];
} rt_error;

/* The short name of a code ("closed"); "error" for codes of the system. */
const char *rt_status_name(int status);

/* A sentence for a code; for codes of the system, the system's text. */
const char *rt_status_text(int status);

/* Fills `err` (may be NULL) and returns `status`. */
int rt_error_set(rt_error *err, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
