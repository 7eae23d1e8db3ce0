/* dump_reader.c - the format of Lua 5.4's ldump.c, read with suspicion.
 *
 * The first error stays in reader->status and leaves no bytes to read, so
 * that every later read gives 0 or nothing; only loops look at it. */
#include "ship/dump_reader.h"

#include <limits.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "ship/opcode.h"

/* Tags of constants, from Lua's lobject.h. */
enum {
    TAG_NIL = 0x00,
    TAG_FALSE = 0x01,
    TAG_INTEGER = 0x03,
    TAG_SHORT_STRING = 0x04,
    TAG_TRUE = 0x11,
    TAG_FLOAT = 0x13,
    TAG_LONG_STRING = 0x14
};

/* Fewest bytes one of them takes in a dump. */
enum {
    MIN_PROTOTYPE = 16,
    MIN_CONSTANT = 1,
    MIN_CAPTURE = 3,
    MIN_MARK = 2,
    MIN_LOCAL = 3,
    MIN_TEXT = 1
};

enum { INSTRUCTION_SIZE = 4 };

struct host_dump_block {
    host_dump_block *next;
    max_align_t content[];
};

typedef struct {
    const unsigned char *at;
    const unsigned char *end;
    host_dump *dump;
    int status;
} reader;

static void fail(reader *r, int status) {
    if (!r->status) r->status = status;
    r->at = r->end;
}

static size_t bytes_left(const reader *r) {
    return (size_t)(r->end - r->at);
}

/* The next `size` bytes; NULL if there are not as many. */
static const unsigned char *take(reader *r, size_t size) {
    if (size > bytes_left(r)) {
        fail(r, RT_EDAMAGED);
        return NULL;
    }
    const unsigned char *bytes = r->at;
    r->at += size;
    return bytes;
}

static int read_byte(reader *r) {
    const unsigned char *byte = take(r, 1);
    return byte ? *byte : 0;
}

/* Seven bits to the byte, the highest first; the last byte has bit 7 set. */
static size_t read_size(reader *r, size_t limit) {
    size_t n = 0;
    while (!r->status) {
        int byte = read_byte(r);
        if (n > limit >> 7) break;
        n = n << 7 | (size_t)(byte & 0x7f);
        if (byte & 0x80) return r->status ? 0 : n;
    }
    fail(r, RT_EDAMAGED);
    return 0;
}

static int read_int(reader *r) {
    size_t n = read_size(r, INT_MAX);
    if (n <= INT_MAX) return (int)n;
    fail(r, RT_EDAMAGED);
    return 0;
}

/* The number of things to follow, each of at least `least` bytes. */
static int read_count(reader *r, size_t least) {
    int count = read_int(r);
    if ((size_t)count <= bytes_left(r) / least) return count;
    fail(r, RT_EDAMAGED);
    return 0;
}

static host_text read_text(reader *r) {
    size_t size = read_size(r, SIZE_MAX);
    if (size == 0) return (host_text){NULL, 0};
    const char *bytes = (const char *)take(r, size - 1);
    return (host_text){bytes, bytes ? size - 1 : 0};
}

void *host_dump_alloc(host_dump *dump, size_t count, size_t size) {
    if (count > SIZE_MAX / 2 / size) return NULL;
    host_dump_block *block = rt_calloc(sizeof *block + count * size);
    if (!block) return NULL;
    block->next = dump->blocks;
    dump->blocks = block;
    return block->content;
}

static void *make(reader *r, int count, size_t size) {
    if (r->status || count == 0) return NULL;
    void *items = host_dump_alloc(r->dump, (size_t)count, size);
    if (!items) fail(r, RT_ENOMEMORY);
    return items;
}

/* FNV-1a. */
static uint32_t hash_text(host_text text) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
    return hash;
}

static void read_constant(reader *r, host_constant *constant) {
    switch (read_byte(r)) {
    case TAG_NIL:
    case TAG_FALSE:
    case TAG_TRUE:
        return;
    case TAG_INTEGER:
    case TAG_FLOAT:
        (void)take(r, 8); /* the header said that both take 8 bytes */
        return;
    case TAG_SHORT_STRING:
    case TAG_LONG_STRING:
        constant->text = read_text(r);
        if (!constant->text.bytes) fail(r, RT_EDAMAGED);
        constant->hash = hash_text(constant->text);
        return;
    default:
        fail(r, RT_EDAMAGED);
    }
}

static void read_constants(reader *r, host_prototype *p) {
    int count = read_count(r, MIN_CONSTANT);
    p->constants = make(r, count, sizeof *p->constants);
    for (int i = 0; i < count && !r->status; i++)
        read_constant(r, &p->constants[i]);
    p->constant_count = count;
}

static void read_captures(reader *r, host_prototype *p) {
    int count = read_count(r, MIN_CAPTURE);
    p->captures = make(r, count, sizeof *p->captures);
    p->is_assigned = make(r, count, sizeof *p->is_assigned);
    for (int i = 0; i < count && !r->status; i++) {
        p->captures[i].is_local = read_byte(r) != 0;
        p->captures[i].index = read_byte(r);
        (void)read_byte(r); /* kind of the variable: for the compiler */
    }
    p->upvalue_count = count;
}

static void read_lines(reader *r, host_prototype *p) {
    int count = read_count(r, 1);
    const unsigned char *steps = take(r, (size_t)count);
    if (count != 0 && count != p->code_count) fail(r, RT_EDAMAGED);
    p->line_steps = count > 0 ? steps : NULL;

    count = read_count(r, MIN_MARK);
    p->line_marks = make(r, count, sizeof *p->line_marks);
    for (int i = 0; i < count && !r->status; i++) {
        p->line_marks[i].instruction = read_int(r);
        p->line_marks[i].line = read_int(r);
    }
    p->line_mark_count = count;
}

static void read_names(reader *r, host_prototype *p) {
    int count = read_count(r, MIN_LOCAL);
    p->locals = make(r, count, sizeof *p->locals);
    for (int i = 0; i < count && !r->status; i++) {
        (void)read_text(r);
        p->locals[i].start = read_int(r);
        p->locals[i].end = read_int(r);
    }
    p->local_count = count;

    count = read_count(r, MIN_TEXT);
    if (count != 0 && count != p->upvalue_count) fail(r, RT_EDAMAGED);
    if (count == 0) return;
    p->upvalue_names = make(r, count, sizeof *p->upvalue_names);
    for (int i = 0; i < count && !r->status; i++)
        p->upvalue_names[i] = read_text(r);
}

/* Follows assignments inwards; the nested functions are already done. */
static void find_assigned(host_prototype *p) {
    for (int pc = 0; pc < p->code_count; pc++) {
        uint32_t i = host_prototype_instruction(p, pc);
        if (op_code(i) == OP_SETUPVAL && op_b(i) < p->upvalue_count)
            p->is_assigned[op_b(i)] = true;
    }
    for (int n = 0; n < p->nested_count; n++) {
        const host_prototype *inner = &p->nested[n];
        for (int u = 0; u < inner->upvalue_count; u++) {
            host_capture from = inner->captures[u];
            if (!from.is_local && from.index < p->upvalue_count)
                p->is_assigned[from.index] |= inner->is_assigned[u];
        }
    }
}

static host_text read_prototype(reader *r, host_prototype *p, int depth) {
    host_text source = read_text(r);
    p->line_defined = read_int(r);
    (void)read_int(r); /* last line */
    (void)take(r, 2);  /* number of parameters, is vararg */
    p->register_count = read_byte(r);
    p->code_count = read_count(r, INSTRUCTION_SIZE);
    p->code = take(r, (size_t)p->code_count * INSTRUCTION_SIZE);
    read_constants(r, p);
    read_captures(r, p);

    int count = read_count(r, MIN_PROTOTYPE);
    if (count > 0 && depth == HOST_DUMP_DEPTH) fail(r, RT_EDAMAGED);
    p->nested = make(r, count, sizeof *p->nested);
    for (int i = 0; i < count && !r->status; i++)
        (void)read_prototype(r, &p->nested[i], depth + 1);
    p->nested_count = count;

    read_lines(r, p);
    read_names(r, p);
    if (!r->status) find_assigned(p);
    return source;
}

/* Signature, version 5.4, format 0, bytes that conversions would change,
 * sizes, then an integer and a float to compare. */
static void read_header(reader *r) {
    static const char fixed[] = "\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08";
    static const struct {
        int64_t integer;
        double number;
    } samples = {0x5678, 370.5};
    const unsigned char *bytes = take(r, sizeof fixed - 1 + sizeof samples);
    if (bytes &&
        (memcmp(bytes, fixed, sizeof fixed - 1) != 0 ||
         memcmp(bytes + sizeof fixed - 1, &samples, sizeof samples) != 0))
        fail(r, RT_EDAMAGED);
}

int host_dump_read(host_dump *dump, const void *bytes, size_t size) {
    *dump = (host_dump){0};
    const unsigned char *first = bytes;
    reader r = {first, first + size, dump, RT_OK};
    read_header(&r);
    int upvalues = read_byte(&r);
    dump->source = read_prototype(&r, &dump->main, 1);
    if (bytes_left(&r) != 0 || upvalues != dump->main.upvalue_count)
        fail(&r, RT_EDAMAGED);
    return r.status;
}

void host_dump_deinit(host_dump *dump) {
    while (dump->blocks) {
        host_dump_block *block = dump->blocks;
        dump->blocks = block->next;
        rt_free(block);
    }
}

uint32_t host_prototype_instruction(const host_prototype *p, int pc) {
    uint32_t instruction; /* code in a dump is not aligned */
    memcpy(&instruction, p->code + (size_t)pc * INSTRUCTION_SIZE,
           sizeof instruction);
    return instruction;
}

int host_prototype_line(const host_prototype *p, host_line_cursor *cursor,
                        int pc) {
    enum { HAS_MARK = -0x80 };
    if (!p->line_steps) return 0;
    int step = (signed char)p->line_steps[pc];
    if (step != HAS_MARK) {
        /* Unsigned, because the sum of damaged steps may wrap. */
        cursor->line = (int)((unsigned)cursor->line + (unsigned)step);
        return cursor->line;
    }
    while (cursor->mark < p->line_mark_count &&
           p->line_marks[cursor->mark].instruction < pc)
        cursor->mark++;
    if (cursor->mark < p->line_mark_count)
        cursor->line = p->line_marks[cursor->mark].line;
    return cursor->line;
}
