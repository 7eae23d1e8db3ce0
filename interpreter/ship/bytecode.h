/* bytecode.h - what a dumped function does to what it captured.
 *
 * Reads the whole of an unstripped lua_dump, nested functions included, and
 * reports each access as a path: one of the dumped function's own upvalues
 * and the constant keys from there on. Which upvalue is the table of globals,
 * and what lies at a path, only the caller can know; it should look with raw
 * gets, since what a metatable answers is not what was captured.
 *
 * Found by following values through registers, exactly where control may
 * flow: what is reported happens if its line runs and the path still leads to
 * the same value. Not followed: values that functions take or return, loop
 * variables of a generic for, and values stored into tables. */
#ifndef HOST_SHIP_BYTECODE_H
#define HOST_SHIP_BYTECODE_H

#include "ship/dump_reader.h"

enum { HOST_PATH_KEYS = 6 };

/* keys[i].bytes is NULL for a key computed at run time: any element of that
 * table. What cannot resolve such a path may ignore it. */
typedef struct {
    int upvalue; /* from 0 */
    int key_count;
    host_text keys[HOST_PATH_KEYS];
} host_path;

typedef enum {
    /* The value at `path` is read: at least one key, none computed. Each path
     * is reported once; the global `string.format` reads `string` as well. */
    HOST_ACCESS_READ,
    /* The variable itself is assigned: no keys. */
    HOST_ACCESS_ASSIGN,
    /* The table at `path` is written at `key` (NULL: computed). */
    HOST_ACCESS_WRITE,
    /* The value at `path` is argument number `argument` of a call of the
     * value at `function`, if that is table.insert or the like: a write. */
    HOST_ACCESS_CALL
} host_access_kind;

typedef struct {
    host_access_kind kind;
    int line; /* 0 if unknown */
    host_path path;
    host_text key; /* WRITE; CALL: argument 2 if that is a constant string */
    /* CALL only: */
    host_path function;
    int argument;       /* 1 to HOST_CALL_ARGUMENTS */
    int argument_count; /* -1: not known before it runs */
} host_access;

/* Arguments of a call that are looked at: table.move writes to its fifth. */
enum { HOST_CALL_ARGUMENTS = 5 };

typedef struct {
    host_access *accesses; /* in the order of the code */
    size_t count;
    host_text *upvalues; /* their names; without text if stripped */
    int upvalue_count;
    host_text source; /* as chunkname: "@app.lua"; no text if stripped */
    int line_defined; /* 0 for a main chunk */
} host_bytecode;

/* Reads a dump of the running version of Lua 5.4.
 * Owns:    borrows `dump`: every text in `out` points into it.
 * Returns: RT_OK; else `out` is empty: RT_ENOMEMORY, RT_EDAMAGED. */
int host_bytecode_read(host_bytecode *out, const void *dump, size_t size);
void host_bytecode_deinit(host_bytecode *bytecode);

#endif
