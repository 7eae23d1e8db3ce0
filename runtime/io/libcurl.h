/* libcurl.h - the functions of libcurl that are used here, which is opened when
 * the first of them is needed. */
#ifndef RT_IO_LIBCURL_H
#define RT_IO_LIBCURL_H

/* Its macros check arguments, and are for functions that are linked. An option
 * that it calls old is the one that all its versions know. */
#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>

#include "base/library.h"

typedef struct rt_curl_functions {
    RT_FUNCTION(curl_global_init);
    RT_FUNCTION(curl_easy_init);
    RT_FUNCTION(curl_easy_setopt);
    RT_FUNCTION(curl_easy_getinfo);
    RT_FUNCTION(curl_easy_pause);
    RT_FUNCTION(curl_easy_strerror);
    RT_FUNCTION(curl_easy_cleanup);
    RT_FUNCTION(curl_slist_append);
    RT_FUNCTION(curl_slist_free_all);
    RT_FUNCTION(curl_multi_init);
    RT_FUNCTION(curl_multi_setopt);
    RT_FUNCTION(curl_multi_assign);
    RT_FUNCTION(curl_multi_add_handle);
    RT_FUNCTION(curl_multi_remove_handle);
    RT_FUNCTION(curl_multi_socket_action);
    RT_FUNCTION(curl_multi_info_read);
    RT_FUNCTION(curl_multi_strerror);
    RT_FUNCTION(curl_multi_cleanup);
} rt_curl_functions;

/* May be used after rt_curl_open has returned NULL. */
extern rt_curl_functions rt_curl;

/* Any thread. Returns: NULL; what is missing, as rt_library_open. */
const char *rt_curl_open(void);

#endif
