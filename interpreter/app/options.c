/* options.c - reads the command line. */
#include "app/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy.h"

/* Sanitizers make everything slow, which is no stall. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STALL_S 5
#else
#define STALL_S 0.1
#endif

/* What one word of the command line turned out to be. */
typedef enum word {
    WORD_OPTION, /* handled; the next one follows */
    WORD_SCRIPT, /* the script, or "-" */
    WORD_DASHES, /* "--": the script follows */
    WORD_LAST,   /* decides the action; nothing else counts */
    WORD_WRONG,
} word;

/* A number from 0 on, decimal or hexadecimal, of at most 64 bits. */
static bool read_number(const char *text, unsigned long long *number) {
    if (!text || text[0] < '0' || text[0] > '9') return false;
    char *end;
    bool is_hexadecimal = text[1] == 'x' || text[1] == 'X';
    errno = 0;
    *number = strtoull(text, &end, is_hexadecimal ? 16 : 10);
    return *end == '\0' && errno == 0;
}

/* "off", or a number of seconds above 0. */
static bool read_stall(const char *text, double *seconds) {
    if (!text || *text == '\0') return false;
    *seconds = -1;
    if (strcmp(text, "off") == 0) return true;
    char *end;
    *seconds = strtod(text, &end);
    return *end == '\0' && *seconds > 0 && *seconds < 1e9;
}

/* "virtual" or "real". */
static bool read_clock(const char *text, bool *is_virtual) {
    *is_virtual = text && strcmp(text, "virtual") == 0;
    return *is_virtual || (text && strcmp(text, "real") == 0);
}

/* Bytes, as "64M": at least what a state needs. */
static bool read_size(const char *text, size_t *bytes) {
    static const char units[] = "KMG";
    if (!text || *text < '0' || *text > '9') return false;
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    int shift = 0;
    const char *unit =
        *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    if (unit) {
        shift = 10 * (int)(unit - units + 1);
        end++;
    }
    if (*end != '\0' || errno != 0 || number > SIZE_MAX >> shift) return false;
    *bytes = (size_t)number << shift;
    return *bytes >= HOST_MEMORY_LEAST;
}

/* The denials of one word of a list; 0: it is none. */
static unsigned read_denial(const char *text, size_t size) {
    static const struct {
        const char *name;
        unsigned denials;
    } groups[] = {
        {"all", HOST_DENY_ALL},
        {"fs", HOST_DENY_FS_READ | HOST_DENY_FS_WRITE},
        {"net", HOST_DENY_NET_CONNECT | HOST_DENY_NET_LISTEN},
    };
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strlen(groups[i].name) == size &&
            memcmp(groups[i].name, text, size) == 0)
            return groups[i].denials;
    return host_denial_of(text, size);
}

/* "all,-stdio": from left to right, what begins with - is taken out again. */
static bool read_denials(const char *text, unsigned *denied) {
    if (!text || *text == '\0' || *text == '-') return false;
    unsigned found = 0;
    for (;;) {
        bool is_out = *text == '-';
        if (is_out) text++;
        size_t size = strcspn(text, ",");
        unsigned denials = read_denial(text, size);
        if (denials == 0) return false;
        found = is_out ? found & ~denials : found | denials;
        text += size;
        if (*text == '\0') break;
        text++;
    }
    *denied |= found;
    return true;
}

/* The value of "--name=value", or the next word; NULL: it is another option, or has
 * none. */
static const char *value_of(const app_options *o, int *i, const char *name) {
    const char *text = o->argv[*i];
    size_t size = strlen(name);
    if (strncmp(text, name, size) != 0) return NULL;
    if (text[size] == '=') return text + size + 1;
    return text[size] == '\0' && o->argv[*i + 1] ? o->argv[++*i] : NULL;
}

static bool is_option(const char *text, const char *name) {
    size_t size = strlen(name);
    return strncmp(text, name, size) == 0 &&
           (text[size] == '\0' || text[size] == '=');
}

static word read_long_option(app_options *o, int *i) {
    const char *text = o->argv[*i];
    if (text[2] == '\0') return WORD_DASHES;
    if (is_option(text, "--memory"))
        return read_size(value_of(o, i, "--memory"), &o->memory_bytes)
                   ? WORD_OPTION
                   : WORD_WRONG;
    if (is_option(text, "--deny"))
        return read_denials(value_of(o, i, "--deny"), &o->denied) ? WORD_OPTION
                                                                  : WORD_WRONG;
    if (strcmp(text, "--seed") == 0) {
        o->is_seeded = read_number(o->argv[*i + 1], &o->seed);
        if (!o->is_seeded) return WORD_WRONG;
        ++*i;
        return WORD_OPTION;
    }
    if (strncmp(text, "--seed=", 7) == 0) {
        o->is_seeded = read_number(text + 7, &o->seed);
        return o->is_seeded ? WORD_OPTION : WORD_WRONG;
    }
    if (strcmp(text, "--preempt") == 0) {
        o->preempts = true;
        return WORD_OPTION;
    }
    if (strcmp(text, "--stall") == 0) {
        if (!read_stall(o->argv[*i + 1], &o->stall_s)) return WORD_WRONG;
        ++*i;
        return WORD_OPTION;
    }
    if (strncmp(text, "--stall=", 8) == 0)
        return read_stall(text + 8, &o->stall_s) ? WORD_OPTION : WORD_WRONG;
    if (strcmp(text, "--clock") == 0) {
        if (!read_clock(o->argv[*i + 1], &o->is_virtual)) return WORD_WRONG;
        ++*i;
        return WORD_OPTION;
    }
    if (strncmp(text, "--clock=", 8) == 0)
        return read_clock(text + 8, &o->is_virtual) ? WORD_OPTION : WORD_WRONG;
    if (strcmp(text, "--listen") == 0) {
        o->listen = o->argv[*i + 1];
        if (!o->listen || *o->listen == '\0') return WORD_WRONG;
        ++*i;
        return WORD_OPTION;
    }
    if (strncmp(text, "--listen=", 9) == 0) {
        o->listen = text + 9;
        return *o->listen ? WORD_OPTION : WORD_WRONG;
    }
    if (strcmp(text, "--help") == 0) {
        o->action = APP_SHOW_HELP;
        return WORD_LAST;
    }
    if (strcmp(text, "--version") == 0) {
        o->action = APP_SHOW_VERSION;
        return WORD_LAST;
    }
    return WORD_WRONG;
}

/* -E, -W, -i and -v stand alone: "-iv" is not an option. */
static word read_flag(app_options *o, const char *text) {
    if (text[2] != '\0') return WORD_WRONG;
    switch (text[1]) {
    case 'E':
        o->ignore_environment = true;
        break;
    case 'i':
        o->interactive = o->show_version = true;
        break;
    case 'v':
        o->show_version = true;
        break;
    case 'W':
        break; /* changes the state; script.c does it in order */
    }
    return WORD_OPTION;
}

/* -e and -l: the argument is the rest of the word or the next word, which
 * then must not look like an option. */
static word read_argument(app_options *o, int *i) {
    const char *text = o->argv[*i];
    if (text[1] == 'e') o->has_statement = true;
    if (text[2] != '\0') return WORD_OPTION;
    const char *next = o->argv[*i + 1];
    if (!next || next[0] == '-') return WORD_WRONG;
    ++*i;
    return WORD_OPTION;
}

static word read_word(app_options *o, int *i) {
    const char *text = o->argv[*i];
    if (text[0] != '-' || text[1] == '\0') return WORD_SCRIPT;
    if (text[1] == '-') return read_long_option(o, i);
    if (strchr("EWiv", text[1])) return read_flag(o, text);
    if (strchr("el", text[1])) return read_argument(o, i);
    return WORD_WRONG;
}

app_options app_options_read(int argc, char **argv) {
    app_options o = {
        .argc = argc, .argv = argv, .progname = "plait", .stall_s = STALL_S};
    if (argc > 0 && argv[0][0] != '\0') o.progname = argv[0];
    int i = 1;
    for (word w = WORD_OPTION; w == WORD_OPTION && i < argc;) {
        int first = i;
        w = read_word(&o, &i);
        if (w == WORD_WRONG) {
            o.action = APP_REFUSE;
            i = first;
        }
        if (w == WORD_OPTION || w == WORD_DASHES) i++;
    }
    o.script = i < argc ? i : argc;
    return o;
}
