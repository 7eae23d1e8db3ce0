/* tls_text.h - OpenSSL's errors in words. */
#ifndef RT_IO_TLS_TEXT_H
#define RT_IO_TLS_TEXT_H

#include "base/status.h"

struct rt_openssl;

/* The first error of the thread's queue, which is empty then; `what` (a file; NULL:
 * nothing) stands before it. Returns the status that is set in `err`: -errno of a
 * failed system call, else -EPROTO. */
int rt_tls_take_error(const struct rt_openssl *ssl, const char *what,
                      rt_error *err);

#endif
