/* address.c */
#include "io/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

/* ---- from text ---- */

/* What is shown of a text that may be of any length. */
#define SHOWN "%.*s"
#define SHOW(text, size) (int)((size) < 200 ? (size) : 200), (text)

static int check_port(long long port, const char *text, size_t size,
                      rt_error *err) {
    if (port >= 0 && port <= RT_PORT_MOST) return RT_OK;
    return rt_error_set(err, RT_EUSAGE,
                        SHOWN ": the port is not a number from 0 to %d",
                        SHOW(text, size), RT_PORT_MOST);
}

/* An address in figures needs no resolver. */
static void recognize(rt_place *place) {
    rt_address *a = &place->address;
    if (uv_ip4_addr(place->host, place->port, &a->v4) == 0)
        a->size = sizeof a->v4;
    else if (strchr(place->host, ':') &&
             uv_ip6_addr(place->host, place->port, &a->v6) == 0)
        a->size = sizeof a->v6;
    place->is_known = a->size > 0;
}

/* `text`: all that was written, for the message. */
static int set_host(rt_place *place, const char *host, size_t host_size,
                    const char *text, size_t size, rt_error *err) {
    memset(place, 0, sizeof *place);
    if (memchr(host, '\0', host_size))
        return rt_error_set(err, RT_EUSAGE, SHOWN ": the host has a NUL byte",
                            SHOW(text, size));
    if (host_size >= sizeof place->host)
        return rt_error_set(err, -ENAMETOOLONG, SHOWN "...: %s",
                            SHOW(text, size), strerrordesc_np(ENAMETOOLONG));
    memcpy(place->host, host, host_size);
    return RT_OK;
}

int rt_place_of_host(rt_place *place, const char *host, size_t size,
                     long long port, rt_error *err) {
    const char *text = host;
    size_t text_size = size;
    if (size >= 2 && host[0] == '[' && host[size - 1] == ']') {
        host++;
        size -= 2;
    }
    int status = set_host(place, host, size, text, text_size, err);
    if (status == RT_OK) status = check_port(port, text, text_size, err);
    if (status != RT_OK) return status;
    place->port = (int)port;
    recognize(place);
    return RT_OK;
}

int rt_place_of_path(rt_place *place, const char *path, size_t size,
                     rt_error *err) {
    memset(place, 0, sizeof *place);
    struct sockaddr_un *a = &place->address.local;
    bool is_abstract = size > 0 && path[0] == '@';
    if (size == 0)
        return rt_error_set(err, RT_EUSAGE, "unix: the path is empty");
    if (memchr(path, '\0', size))
        return rt_error_set(err, RT_EUSAGE, "unix:%s: the path has a NUL byte",
                            path);
    if (size >= sizeof a->sun_path)
        return rt_error_set(err, -ENAMETOOLONG,
                            "unix:" SHOWN ": %s: more than %zu bytes",
                            SHOW(path, size), strerrordesc_np(ENAMETOOLONG),
                            sizeof a->sun_path - 1);
    a->sun_family = AF_UNIX;
    memcpy(a->sun_path, path, size);
    if (is_abstract) a->sun_path[0] = '\0';
    place->address.size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                                      size + (is_abstract ? 0 : 1));
    place->is_known = true;
    return RT_OK;
}

/* -1: they are not digits. */
static long long number_of(const char *digits, size_t size) {
    long long number = 0;
    if (size == 0) return -1;
    for (size_t i = 0; i < size; i++) {
        if (digits[i] < '0' || digits[i] > '9') return -1;
        if (number <= RT_PORT_MOST) number = number * 10 + (digits[i] - '0');
    }
    return number;
}

static const char *last_colon(const char *text, size_t size) {
    while (size > 0)
        if (text[--size] == ':') return text + size;
    return NULL;
}

int rt_place_parse(rt_place *place, const char *text, size_t size,
                   rt_error *err) {
    if (size >= 5 && memcmp(text, "unix:", 5) == 0)
        return rt_place_of_path(place, text + 5, size - 5, err);
    if (memmem(text, size, "://", 3))
        return rt_error_set(err, RT_EUSAGE,
                            SHOWN ": a URL is no address; that is \"host:80\"",
                            SHOW(text, size));
    const char *colon = last_colon(text, size);
    if (!colon || (text[0] == '[' && colon[-1] != ']'))
        return rt_error_set(err, RT_EUSAGE,
                            SHOWN ": there is no port, as in \"host:80\"",
                            SHOW(text, size));
    size_t host_size = (size_t)(colon - text);
    if (text[0] != '[' && memchr(text, ':', host_size))
        return rt_error_set(err, RT_EUSAGE,
                            SHOWN ": an IPv6 address stands in brackets, as in "
                                  "\"[::1]:80\"",
                            SHOW(text, size));
    long long port = number_of(colon + 1, size - host_size - 1);
    int status = check_port(port, text, size, err);
    if (status != RT_OK) return status;
    return rt_place_of_host(place, text, host_size, port, err);
}

/* ---- what the kernel has ---- */

void rt_address_any(rt_address *a, int family, int port) {
    memset(a, 0, sizeof *a);
    a->any.sa_family = (sa_family_t)family;
    a->size = family == AF_INET ? sizeof a->v4 : sizeof a->v6;
    rt_address_set_port(a, port);
}

void rt_address_set_port(rt_address *a, int port) {
    if (a->any.sa_family == AF_INET) a->v4.sin_port = htons((uint16_t)port);
    if (a->any.sa_family == AF_INET6) a->v6.sin6_port = htons((uint16_t)port);
}

int rt_address_port(const rt_address *a) {
    if (a->any.sa_family == AF_INET) return ntohs(a->v4.sin_port);
    if (a->any.sa_family == AF_INET6) return ntohs(a->v6.sin6_port);
    return 0;
}

enum { MAPPED_AT = 12 }; /* ::ffff:1.2.3.4 */

void rt_address_map(rt_address *a) {
    if (a->any.sa_family != AF_INET) return;
    struct sockaddr_in v4 = a->v4;
    rt_address_any(a, AF_INET6, ntohs(v4.sin_port));
    uint8_t *bytes = a->v6.sin6_addr.s6_addr;
    bytes[MAPPED_AT - 2] = bytes[MAPPED_AT - 1] = 0xff;
    memcpy(bytes + MAPPED_AT, &v4.sin_addr, sizeof v4.sin_addr);
}

/* ---- to text ---- */

static bool is_mapped(const rt_address *a) {
    return a->any.sa_family == AF_INET6 &&
           IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr);
}

static void format_local(const rt_address *a, char *text) {
    enum { BEFORE = offsetof(struct sockaddr_un, sun_path) };
    const char *path = a->local.sun_path;
    int size = a->size > BEFORE ? (int)a->size - BEFORE : 0;
    if (size > 0 && path[0] == '\0')
        (void)snprintf(text, RT_ADDRESS_TEXT, "unix:@%.*s", size - 1, path + 1);
    else
        (void)snprintf(text, RT_ADDRESS_TEXT, "unix:%.*s", size, path);
}

static void format_v6(const rt_address *a, char *text) {
    (void)inet_ntop(AF_INET6, &a->v6.sin6_addr, text, RT_ADDRESS_TEXT);
    size_t used = strlen(text);
    char name[IF_NAMESIZE];
    unsigned scope = a->v6.sin6_scope_id;
    if (scope && if_indextoname(scope, name))
        (void)snprintf(text + used, RT_ADDRESS_TEXT - used, "%%%s", name);
    else if (scope)
        (void)snprintf(text + used, RT_ADDRESS_TEXT - used, "%%%u", scope);
}

const char *rt_address_format_host(const rt_address *a,
                                   char text[RT_ADDRESS_TEXT]) {
    text[0] = '\0';
    if (a->size < sizeof(sa_family_t)) return text;
    if (a->any.sa_family == AF_UNIX)
        format_local(a, text);
    else if (a->any.sa_family == AF_INET)
        (void)inet_ntop(AF_INET, &a->v4.sin_addr, text, RT_ADDRESS_TEXT);
    else if (is_mapped(a))
        (void)inet_ntop(AF_INET, a->v6.sin6_addr.s6_addr + MAPPED_AT, text,
                        RT_ADDRESS_TEXT);
    else if (a->any.sa_family == AF_INET6)
        format_v6(a, text);
    return text;
}

const char *rt_address_format(const rt_address *a, char text[RT_ADDRESS_TEXT]) {
    char host[RT_ADDRESS_TEXT];
    (void)rt_address_format_host(a, host);
    bool is_ip = host[0] && a->any.sa_family != AF_UNIX;
    if (!is_ip)
        memcpy(text, host, sizeof host);
    else
        (void)snprintf(text, RT_ADDRESS_TEXT,
                       strchr(host, ':') ? "[%.100s]:%d" : "%.100s:%d", host,
                       rt_address_port(a));
    return text;
}
