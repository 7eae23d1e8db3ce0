/* library.h - a shared library that is opened when it is first used, so that
 * programs which do not need it start without it.
 *
 *     static struct {
 *         RT_FUNCTION(curl_easy_init);
 *     } curl;
 *     static const rt_symbol symbols[] = {RT_SYMBOL(curl, curl_easy_init)};
 *     static const char *const files[] = {"libcurl.so.4", NULL};
 *     static rt_library library = RT_LIBRARY(files, symbols);
 *
 *     const char *missing = rt_library_open(&library);
 *     if (!missing) handle = curl.curl_easy_init();
 *
 * The types are those of the library's own header. It stays open to the end. */
#ifndef RT_BASE_LIBRARY_H
#define RT_BASE_LIBRARY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* A field with the name and the type of a function that is declared. */
#define RT_FUNCTION(name) __typeof__(&(name)) name

typedef struct rt_symbol {
    const char *name;
    void *function; /* where to put it: a pointer to a pointer to a function */
} rt_symbol;

#define RT_SYMBOL(table, name)                                                 \
    { #name, &(table).name }

/* Static, and made by RT_LIBRARY. */
typedef struct rt_library {
    const char *const *files; /* the first that there is; NULL at the end */
    const rt_symbol *symbols;
    size_t count;
    atomic_bool is_open;
    pthread_mutex_t lock; /* of who opens it */
} rt_library;

#define RT_LIBRARY(file_names, symbol_table)                                   \
    {                                                                          \
        .files = (file_names), .symbols = (symbol_table),                      \
        .count = sizeof(symbol_table) / sizeof(symbol_table)[0],               \
        .lock = PTHREAD_MUTEX_INITIALIZER                                      \
    }

/* Opens it, unless it is, and finds all its functions. May be called by any
 * thread; after a failure it tries again.
 * Returns: NULL; what is missing, which stays until the thread's next call. */
const char *rt_library_open(rt_library *library);

#endif
