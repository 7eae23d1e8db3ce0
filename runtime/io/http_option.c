/* http_option.c - the options of a transfer by their names. */
#include <assert.h>
#include <string.h>

#include "io/http_inside.h"

typedef struct option {
    const char *name;
    CURLoption option;
} option;

static const option texts[] = {
    {"url", CURLOPT_URL},
    {"method", CURLOPT_CUSTOMREQUEST},
    {"agent", CURLOPT_USERAGENT},
    {"encoding", CURLOPT_ACCEPT_ENCODING}, /* "": all that libcurl knows */
    {"user", CURLOPT_USERNAME},
    {"password", CURLOPT_PASSWORD},
    {"proxy", CURLOPT_PROXY}, /* "": none */
    {"unix", CURLOPT_UNIX_SOCKET_PATH},
    {"ca", CURLOPT_CAINFO},
    {"cert", CURLOPT_SSLCERT},
    {"key", CURLOPT_SSLKEY},
    {NULL, 0},
};

static const option numbers[] = {
    {"get", CURLOPT_HTTPGET},
    {"head", CURLOPT_NOBODY},
    {"post", CURLOPT_POST},
    {"upload", CURLOPT_UPLOAD},
    {"post_size", CURLOPT_POSTFIELDSIZE_LARGE}, /* -1: not known */
    {"upload_size", CURLOPT_INFILESIZE_LARGE},
    {"follow", CURLOPT_FOLLOWLOCATION},
    {"redirects", CURLOPT_MAXREDIRS},
    {"connect_ms", CURLOPT_CONNECTTIMEOUT_MS},
    {"verify_peer", CURLOPT_SSL_VERIFYPEER},
    {"verify_host", CURLOPT_SSL_VERIFYHOST}, /* 0 or 2 */
    {"version", CURLOPT_HTTP_VERSION},       /* 10, 11, 20 */
    {NULL, 0},
};

static const option *find(const option *options, const char *name) {
    while (options->name && strcmp(options->name, name) != 0) options++;
    return options->name ? options : NULL;
}

static int status_of(CURLcode code) {
    if (code == CURLE_OK) return RT_OK;
    return code == CURLE_OUT_OF_MEMORY ? RT_ENOMEMORY : RT_EUSAGE;
}

int rt_transfer_set_text(rt_transfer *t, const char *name, const char *value) {
    const option *o = find(texts, name);
    if (!o) return RT_EUSAGE;
    return status_of(rt_curl.curl_easy_setopt(t->easy, o->option, value));
}

static int64_t version_of(int64_t value) {
    if (value == 10) return CURL_HTTP_VERSION_1_0;
    return value == 11 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2_0;
}

int rt_transfer_set_number(rt_transfer *t, const char *name, int64_t value) {
    const option *o = find(numbers, name);
    if (!o) return RT_EUSAGE;
    if (o->option == CURLOPT_FOLLOWLOCATION) t->follows = value != 0;
    if (o->option == CURLOPT_HTTP_VERSION) value = version_of(value);
    /* Some are longs and some curl_off_t, and those are the same here. */
    static_assert(sizeof(long) == sizeof(curl_off_t), "64 bits");
    return status_of(rt_curl.curl_easy_setopt(t->easy, o->option, (long)value));
}
