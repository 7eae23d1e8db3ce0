/* openssl.c */
#include "io/openssl.h"

static rt_openssl functions;

static const rt_symbol symbols[] = {
#define OPENSSL_SYMBOL(name) RT_SYMBOL(functions, name),
    RT_OPENSSL_FUNCTIONS(OPENSSL_SYMBOL)
#undef OPENSSL_SYMBOL
};

static const char *const files[] = {"libssl.so.3", NULL};
static rt_library library = RT_LIBRARY(files, symbols);

const rt_openssl *rt_openssl_opened(void) {
    return &functions;
}

const rt_openssl *rt_openssl_open(const char **missing) {
    *missing = rt_library_open(&library);
    if (*missing) return NULL;
    /* Threads may still use it when the process exits. */
    if (functions.OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL))
        return &functions;
    *missing = "OpenSSL does not start: see its openssl.cnf";
    return NULL;
}
