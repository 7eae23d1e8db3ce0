/* dump_reader.h - what lua_dump wrote, as structs.
 *
 * Total: any bytes give a status, and no more memory is asked for than the
 * bytes left to read can justify. Text, code and line numbers stay where
 * they are, so the dump must outlive what was read from it. */
#ifndef HOST_SHIP_DUMP_READER_H
#define HOST_SHIP_DUMP_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Functions within functions; Lua's own compiler stops before this. */
enum { HOST_DUMP_DEPTH = 200 };

/* Bytes of the dump, not terminated; NULL if there is no text. */
typedef struct {
    const char *bytes;
    size_t size;
} host_text;

typedef struct {
    host_text text; /* NULL unless the constant is a string */
    uint32_t hash;  /* of the text */
} host_constant;

/* A local variable is alive in [start, end); the nth of those alive at an
 * instruction lives in register n. */
typedef struct {
    int start;
    int end;
} host_local;

/* The line of one instruction, where a difference would not fit a byte. */
typedef struct {
    int instruction;
    int line;
} host_line_mark;

/* Where a closure takes an upvalue from when it is made. */
typedef struct {
    bool is_local; /* else an upvalue of the enclosing function */
    int index;     /* of the register or of the upvalue */
} host_capture;

typedef struct host_prototype host_prototype;
struct host_prototype {
    int line_defined;
    int register_count;
    const unsigned char *code;
    int code_count;
    host_constant *constants;
    int constant_count;
    host_capture *captures;
    bool *is_assigned;        /* per upvalue: here or in a nested function */
    host_text *upvalue_names; /* NULL if stripped */
    int upvalue_count;
    host_prototype *nested;
    int nested_count;
    const unsigned char *line_steps; /* NULL if stripped */
    host_line_mark *line_marks;
    int line_mark_count;
    host_local *locals;
    int local_count;
};

typedef struct host_dump_block host_dump_block;
typedef struct {
    host_prototype main;
    host_text source;
    host_dump_block *blocks; /* all memory, freed by host_dump_deinit */
} host_dump;

/* Returns: RT_OK, RT_ENOMEMORY, RT_EDAMAGED; host_dump_deinit is due after
 * each of them. */
int host_dump_read(host_dump *dump, const void *bytes, size_t size);
void host_dump_deinit(host_dump *dump);

/* Zeroed memory that lives as long as `dump`; NULL: out of memory. */
void *host_dump_alloc(host_dump *dump, size_t count, size_t size);

/* The instruction at `pc`, which must be below code_count. */
uint32_t host_prototype_instruction(const host_prototype *p, int pc);

/* Steps through the lines of a prototype: start with {line_defined, 0} and
 * ask for each instruction in turn. */
typedef struct {
    int line;
    int mark;
} host_line_cursor;

/* Returns: the line of the instruction at `pc`, 0 if unknown. */
int host_prototype_line(const host_prototype *p, host_line_cursor *cursor,
                        int pc);

#endif
