/* foreign_json.c - builds a value of JSON (RFC 8259), strictly. Numbers with neither
 * fraction nor exponent are integers if they fit. */
#include <ctype.h>
#include <lauxlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/foreign.h"

typedef struct reading {
    lua_State *L;
    const char *start, *at, *end;
    host_foreign_error *err;
} reading;

static bool push_value(reading *r, int depth);

static bool fail(reading *r, const char *why) {
    r->err->at = (size_t)(r->at - r->start);
    r->err->why = why;
    return false;
}

static void skip_blanks(reading *r) {
    while (r->at < r->end && *r->at && strchr(" \t\r\n", *r->at)) r->at++;
}

static bool take(reading *r, char c) {
    if (r->at == r->end || *r->at != c) return false;
    r->at++;
    return true;
}

static bool take_word(reading *r, const char *word) {
    size_t size = strlen(word);
    if ((size_t)(r->end - r->at) < size || memcmp(r->at, word, size) != 0)
        return fail(r, "no JSON value");
    r->at += size;
    return true;
}

/* ---- numbers ---- */

static bool take_digits(reading *r) {
    const char *before = r->at;
    while (r->at < r->end && isdigit((unsigned char)*r->at)) r->at++;
    return r->at > before || fail(r, "no digit");
}

static bool push_number(reading *r) {
    const char *first = r->at;
    (void)take(r, '-');
    if (!take(r, '0') && !take_digits(r)) return false;
    if (take(r, '.') && !take_digits(r)) return false;
    if (take(r, 'e') || take(r, 'E')) {
        if (!take(r, '+')) (void)take(r, '-');
        if (!take_digits(r)) return false;
    }
    /* Copied, since it has to end. */
    const char *text = lua_pushlstring(r->L, first, (size_t)(r->at - first));
    if (lua_stringtonumber(r->L, text) == 0) {
        lua_pop(r->L, 1);
        return fail(r, "no number");
    }
    lua_remove(r->L, -2);
    return true;
}

/* ---- strings ---- */

static bool take_hex(reading *r, unsigned long *code) {
    *code = 0;
    for (int i = 0; i < 4; i++) {
        int c = r->at < r->end ? (unsigned char)*r->at : 0;
        if (!isxdigit(c)) return fail(r, "no hexadecimal digit");
        int digit = isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
        *code = *code * 16 + (unsigned long)digit;
        r->at++;
    }
    return true;
}

static bool add_code(reading *r, luaL_Buffer *b) {
    unsigned long code, low;
    if (!take_hex(r, &code)) return false;
    if (code >= 0xd800 && code <= 0xdbff) {
        bool is_pair = take(r, '\\') && take(r, 'u') && take_hex(r, &low) &&
                       low >= 0xdc00 && low <= 0xdfff;
        if (!is_pair) return fail(r, "half a character");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code <= 0xdfff) {
        return fail(r, "half a character");
    }
    char bytes[4];
    int size = 0;
    if (code < 0x80) {
        bytes[size++] = (char)code;
    } else if (code < 0x800) {
        bytes[size++] = (char)(0xc0 | code >> 6);
    } else if (code < 0x10000) {
        bytes[size++] = (char)(0xe0 | code >> 12);
    } else {
        bytes[size++] = (char)(0xf0 | code >> 18);
        bytes[size++] = (char)(0x80 | (code >> 12 & 0x3f));
    }
    if (code >= 0x800) bytes[size++] = (char)(0x80 | (code >> 6 & 0x3f));
    if (code >= 0x80) bytes[size++] = (char)(0x80 | (code & 0x3f));
    luaL_addlstring(b, bytes, (size_t)size);
    return true;
}

static bool add_escape(reading *r, luaL_Buffer *b) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (take(r, 'u')) return add_code(r, b);
    const char *which = r->at < r->end && *r->at ? strchr(from, *r->at) : NULL;
    if (!which) return fail(r, "no escape");
    r->at++;
    luaL_addchar(b, to[which - from]);
    return true;
}

/* Adds what needs no change, up to a quote or a backslash. */
static bool add_plain(reading *r, luaL_Buffer *b) {
    const char *first = r->at;
    while (r->at < r->end && *r->at != '"' && *r->at != '\\') {
        if ((unsigned char)*r->at < ' ')
            return fail(r, "a control character in a string");
        size_t length = rt_utf8_length(r->at, (size_t)(r->end - r->at));
        if (length == 0) return fail(r, "a string that is no UTF-8");
        r->at += length;
    }
    luaL_addlstring(b, first, (size_t)(r->at - first));
    return true;
}

/* Behind the quote. Pushes the string; what stands there if it fails is popped by
 * who has called first. */
static bool push_string(reading *r) {
    luaL_Buffer b;
    luaL_buffinit(r->L, &b);
    for (;;) {
        if (!add_plain(r, &b)) return false;
        if (take(r, '"')) break;
        if (!take(r, '\\')) return fail(r, "a string without an end");
        if (!add_escape(r, &b)) return false;
    }
    luaL_pushresult(&b);
    return true;
}

/* ---- tables ---- */

/* Behind an element: whether another one follows. */
static bool goes_on(reading *r, char end, bool *is_over) {
    skip_blanks(r);
    if ((*is_over = take(r, end)) || take(r, ',')) return true;
    return fail(r, end == ']' ? "no ',' or ']'" : "no ',' or '}'");
}

static bool push_list(reading *r, int depth) {
    lua_State *L = r->L;
    lua_newtable(L);
    skip_blanks(r);
    bool is_over = take(r, ']'), has_nils = false;
    lua_Integer count = 0;
    while (!is_over) {
        if (!push_value(r, depth)) return false;
        has_nils = has_nils || lua_isnil(L, -1);
        lua_rawseti(L, -2, ++count);
        if (!goes_on(r, ']', &is_over)) return false;
    }
    if (has_nils) {
        lua_pushinteger(L, count);
        lua_setfield(L, -2, "n");
    }
    return true;
}

static bool push_map(reading *r, int depth) {
    lua_State *L = r->L;
    lua_newtable(L);
    skip_blanks(r);
    bool is_over = take(r, '}');
    while (!is_over) {
        skip_blanks(r);
        if (!take(r, '"')) return fail(r, "no key");
        if (!push_string(r)) return false;
        skip_blanks(r);
        if (!take(r, ':')) return fail(r, "no ':'");
        if (!push_value(r, depth)) return false;
        lua_rawset(L, -3);
        if (!goes_on(r, '}', &is_over)) return false;
    }
    return true;
}

static bool push_value(reading *r, int depth) {
    skip_blanks(r);
    if (r->at == r->end) return fail(r, "no JSON value");
    luaL_checkstack(r->L, LUA_MINSTACK, NULL);
    bool is_table = *r->at == '[' || *r->at == '{';
    if (is_table && depth >= HOST_FOREIGN_DEPTH)
        return fail(r, "more than 100 tables in each other");
    switch (*r->at) {
    case '[':
        r->at++;
        return push_list(r, depth + 1);
    case '{':
        r->at++;
        return push_map(r, depth + 1);
    case '"':
        r->at++;
        return push_string(r);
    case 'n':
        lua_pushnil(r->L);
        return take_word(r, "null");
    case 't':
    case 'f':
        lua_pushboolean(r->L, *r->at == 't');
        return take_word(r, *r->at == 't' ? "true" : "false");
    }
    if (*r->at == '-' || isdigit((unsigned char)*r->at)) return push_number(r);
    return fail(r, "no JSON value");
}

bool host_foreign_push_json(lua_State *L, const char *bytes, size_t size,
                            host_foreign_error *err) {
    reading r = {L, bytes, bytes, bytes + size, err};
    int top = lua_gettop(L);
    if (push_value(&r, 0)) {
        skip_blanks(&r);
        if (r.at == r.end) return true;
        (void)fail(&r, "something behind the value");
    }
    lua_settop(L, top);
    return false;
}
