/* libcurl.c */
#include "io/libcurl.h"

rt_curl_functions rt_curl;

#define SYMBOL(name) RT_SYMBOL(rt_curl, name)

static const rt_symbol symbols[] = {
    SYMBOL(curl_global_init),         SYMBOL(curl_easy_init),
    SYMBOL(curl_easy_setopt),         SYMBOL(curl_easy_getinfo),
    SYMBOL(curl_easy_pause),          SYMBOL(curl_easy_strerror),
    SYMBOL(curl_easy_cleanup),        SYMBOL(curl_slist_append),
    SYMBOL(curl_slist_free_all),      SYMBOL(curl_multi_init),
    SYMBOL(curl_multi_setopt),        SYMBOL(curl_multi_assign),
    SYMBOL(curl_multi_add_handle),    SYMBOL(curl_multi_remove_handle),
    SYMBOL(curl_multi_socket_action), SYMBOL(curl_multi_info_read),
    SYMBOL(curl_multi_strerror),      SYMBOL(curl_multi_cleanup),
};

static const char *const files[] = {"libcurl.so.4", NULL};
static rt_library library = RT_LIBRARY(files, symbols);

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* What it starts with may not be done by two threads at once. */
static void init_all(void) {
    (void)rt_curl.curl_global_init(CURL_GLOBAL_DEFAULT);
}

const char *rt_curl_open(void) {
    const char *missing = rt_library_open(&library);
    if (!missing) (void)pthread_once(&once, init_all);
    return missing;
}
