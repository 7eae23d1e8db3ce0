/* openssl.h - the functions of OpenSSL that are used; the library is opened when
 * it is first needed. */
#ifndef RT_IO_OPENSSL_H
#define RT_IO_OPENSSL_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/library.h"

#define RT_OPENSSL_FUNCTIONS(X)                                                \
    X(OPENSSL_init_ssl)                                                        \
    X(TLS_method)                                                              \
    X(SSL_CTX_new)                                                             \
    X(SSL_CTX_free)                                                            \
    X(SSL_CTX_ctrl)                                                            \
    X(SSL_CTX_set_options)                                                     \
    X(SSL_CTX_set_verify)                                                      \
    X(SSL_CTX_set_default_verify_paths)                                        \
    X(SSL_CTX_load_verify_file)                                                \
    X(SSL_CTX_get0_param)                                                      \
    X(SSL_CTX_use_certificate_chain_file)                                      \
    X(SSL_CTX_use_PrivateKey_file)                                             \
    X(SSL_CTX_set_default_passwd_cb)                                           \
    X(SSL_CTX_set_alpn_protos)                                                 \
    X(SSL_CTX_set_alpn_select_cb)                                              \
    X(SSL_select_next_proto)                                                   \
    X(SSL_load_client_CA_file)                                                 \
    X(SSL_CTX_set_client_CA_list)                                              \
    X(SSL_CTX_set_session_id_context)                                          \
    X(SSL_new)                                                                 \
    X(SSL_free)                                                                \
    X(SSL_ctrl)                                                                \
    X(SSL_set_bio)                                                             \
    X(SSL_set_connect_state)                                                   \
    X(SSL_set_accept_state)                                                    \
    X(SSL_set1_host)                                                           \
    X(SSL_set_hostflags)                                                       \
    X(SSL_get0_param)                                                          \
    X(SSL_do_handshake)                                                        \
    X(SSL_read)                                                                \
    X(SSL_write)                                                               \
    X(SSL_shutdown)                                                            \
    X(SSL_get_error)                                                           \
    X(SSL_get_verify_result)                                                   \
    X(SSL_get_version)                                                         \
    X(SSL_get_current_cipher)                                                  \
    X(SSL_CIPHER_get_name)                                                     \
    X(SSL_get0_alpn_selected)                                                  \
    X(SSL_get1_peer_certificate)                                               \
    X(X509_VERIFY_PARAM_set_flags)                                             \
    X(X509_VERIFY_PARAM_set1_ip_asc)                                           \
    X(X509_verify_cert_error_string)                                           \
    X(X509_free)                                                               \
    X(X509_get_subject_name)                                                   \
    X(X509_get_issuer_name)                                                    \
    X(X509_NAME_print_ex)                                                      \
    X(ERR_get_error)                                                           \
    X(ERR_clear_error)                                                         \
    X(ERR_reason_error_string)                                                 \
    X(BIO_meth_new)                                                            \
    X(BIO_meth_free)                                                           \
    X(BIO_meth_set_read)                                                       \
    X(BIO_meth_set_write)                                                      \
    X(BIO_meth_set_ctrl)                                                       \
    X(BIO_new)                                                                 \
    X(BIO_free)                                                                \
    X(BIO_s_mem)                                                               \
    X(BIO_read)                                                                \
    X(BIO_get_data)                                                            \
    X(BIO_set_data)                                                            \
    X(BIO_set_init)                                                            \
    X(BIO_set_flags)                                                           \
    X(BIO_clear_flags)

typedef struct rt_openssl {
#define RT_OPENSSL_FIELD(name) RT_FUNCTION(name);
    RT_OPENSSL_FUNCTIONS(RT_OPENSSL_FIELD)
#undef RT_OPENSSL_FIELD
} rt_openssl;

/* Any thread. NULL: `*missing` is what there is not, until its next call here. */
const rt_openssl *rt_openssl_open(const char **missing);

/* The same, which has succeeded before. */
const rt_openssl *rt_openssl_opened(void);

#endif
