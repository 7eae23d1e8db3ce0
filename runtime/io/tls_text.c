/* tls_text.c */
#include "io/tls_text.h"

#include <errno.h>
#include <openssl/pemerr.h>
#include <string.h>

#include "io/openssl.h"

typedef struct wording {
    int library; /* 0: any */
    int reason;
    const char *text;
} wording;

/* Those of OpenSSL that one has to know OpenSSL to understand. */
static const wording wordings[] = {
    {ERR_LIB_PEM, PEM_R_NO_START_LINE, "there is none in PEM format in it"},
    {ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED, "there is no key in it"},
    {0, ERR_R_INTERRUPTED_OR_CANCELLED, "the key has a password"},
    {ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER,
     "the other end does not speak TLS"},
    {ERR_LIB_SSL, SSL_R_HTTP_REQUEST, "the other end speaks HTTP without TLS"},
    {ERR_LIB_SSL, SSL_R_HTTPS_PROXY_REQUEST,
     "the other end does not speak TLS"},
    {ERR_LIB_SSL, SSL_R_PACKET_LENGTH_TOO_LONG,
     "the other end does not speak TLS"},
    {ERR_LIB_SSL, SSL_R_UNEXPECTED_EOF_WHILE_READING,
     "closed by peer without a TLS close"},
    {ERR_LIB_SSL, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE,
     "the other end has no certificate"},
};

static const char *own_wording(unsigned long error) {
    int library = ERR_GET_LIB(error), reason = ERR_GET_REASON(error);
    for (size_t i = 0; i < sizeof wordings / sizeof wordings[0]; i++)
        if ((!wordings[i].library || wordings[i].library == library) &&
            wordings[i].reason == reason)
            return wordings[i].text;
    return NULL;
}

int rt_tls_take_error(const rt_openssl *ssl, const char *what, rt_error *err) {
    unsigned long error = ssl->ERR_get_error();
    ssl->ERR_clear_error();
    const char *colon = what ? ": " : "";
    if (!what) what = "";
    if (error && ERR_SYSTEM_ERROR(error)) {
        int number = ERR_GET_REASON(error);
        return rt_error_set(err, -number, "%s%s%s", what, colon,
                            rt_status_text(-number));
    }
    const char *text = own_wording(error);
    if (!text && error) text = ssl->ERR_reason_error_string(error);
    if (!text) text = "TLS failed";
    const char *alert = strstr(text, " alert "); /* "tlsv1 alert unknown ca" */
    if (alert)
        return rt_error_set(err, -EPROTO, "%s%srefused by the other end: %s",
                            what, colon, alert + sizeof " alert " - 1);
    return rt_error_set(err, -EPROTO, "%s%s%s", what, colon, text);
}
