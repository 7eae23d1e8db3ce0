/* bytecode.c - follows origins of values through the registers.
 *
 * Each prototype is run over in the order of its instructions, with the
 * origin of every register at hand. Where jumps arrive ("labels"), what is
 * known is the meet of all ways to get there: a register keeps its origin
 * only if every way brings the same. Jumps back change what was known at
 * labels already passed, so the run repeats until no label changes; each
 * change loses an origin for good, so it ends. Only then one more run
 * reports, and enters nested functions where their closures are made, when
 * the origins of what they capture are known.
 *
 * A local that a nested function assigns can change at any call, so its
 * register is SHARED from the CLOSURE that captures it to the CLOSE that ends
 * its scope. Nested functions in turn see the origin of a captured local only
 * if nothing assigns it in its whole scope: they may run at any time. */
#include "ship/bytecode.h"

#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "ship/opcode.h"
#include "ship/origin.h"

typedef struct {
    host_bytecode *out;
    size_t capacity; /* of out->accesses */
    host_dump dump;
    host_origins origins;
    int status; /* the first failure */
} analysis;

/* What is known where jumps arrive. */
typedef struct {
    bool is_reached;
    host_origin *registers;
} label;

/* One prototype being run over. */
typedef struct {
    analysis *all;
    const host_prototype *p;
    const host_origin *upvalues;
    host_origin *registers; /* before the current instruction */
    label **labels;         /* per instruction; NULL where no jump arrives */
    bool *is_entered;       /* per nested prototype */
    int pc;
    int line;
    bool is_reachable;
    bool has_changed; /* a label lost an origin in this run */
    bool is_last_run;
} function;

static void enter(analysis *all, const host_prototype *p,
                  const host_origin *upvalues);

static void fail(analysis *all, int status) {
    if (!all->status) all->status = status;
}

/* ---- reading operands: damaged ones are noticed here ------------------- */

static host_origin get(const function *f, int reg) {
    if (reg >= f->p->register_count) {
        fail(f->all, RT_EDAMAGED);
        return ORIGIN_UNKNOWN;
    }
    host_origin origin = f->registers[reg];
    return origin == ORIGIN_SHARED ? ORIGIN_UNKNOWN : origin;
}

static host_origin get_upvalue(const function *f, int index) {
    if (index < f->p->upvalue_count) return f->upvalues[index];
    fail(f->all, RT_EDAMAGED);
    return ORIGIN_UNKNOWN;
}

/* A constant if it is a string, else NULL. */
static const host_constant *get_string(const function *f, int index) {
    if (index < f->p->constant_count) {
        const host_constant *constant = &f->p->constants[index];
        return constant->text.bytes ? constant : NULL;
    }
    fail(f->all, RT_EDAMAGED);
    return NULL;
}

/* The constant string that a register holds, else NULL. */
static const host_constant *get_key(const function *f, int reg) {
    return host_origin_text(&f->all->origins, get(f, reg));
}

static host_origin load_constant(const function *f, int index) {
    const host_constant *text = get_string(f, index);
    if (!text) return ORIGIN_UNKNOWN;
    return host_origin_string(&f->all->origins, text);
}

static int extra_argument(const function *f) {
    if (f->pc + 1 < f->p->code_count) {
        uint32_t next = host_prototype_instruction(f->p, f->pc + 1);
        if (op_code(next) == OP_EXTRAARG) return op_ax(next);
    }
    fail(f->all, RT_EDAMAGED);
    return 0;
}

/* ---- reporting: in the last run only ----------------------------------- */

static void report(const function *f, host_access access) {
    analysis *all = f->all;
    host_bytecode *out = all->out;
    if (out->count == all->capacity) {
        size_t capacity = all->capacity ? all->capacity * 2 : 16;
        host_access *grown =
            rt_realloc(out->accesses, capacity * sizeof *grown);
        if (!grown) {
            fail(all, RT_ENOMEMORY);
            return;
        }
        out->accesses = grown;
        all->capacity = capacity;
    }
    access.line = f->line;
    out->accesses[out->count++] = access;
}

/* The origin of a field, reported as read. */
static host_origin read_field(const function *f, host_origin table,
                              const host_constant *key) {
    host_origins *origins = &f->all->origins;
    host_origin field = host_origin_field(origins, table, key);
    host_access access = {.kind = HOST_ACCESS_READ};
    if (f->is_last_run && host_origin_is_new_read(origins, field) &&
        host_origin_path(origins, field, &access.path))
        report(f, access);
    return field;
}

static void write_field(const function *f, host_origin table,
                        const host_constant *key) {
    host_access access = {.kind = HOST_ACCESS_WRITE};
    if (key) access.key = key->text;
    if (f->is_last_run &&
        host_origin_path(&f->all->origins, table, &access.path))
        report(f, access);
}

static void assign_upvalue(const function *f, host_origin variable) {
    /* The origin of a captured local that is assigned is unknown, so this
     * is one of the dumped function's own upvalues, or nothing. */
    host_access access = {.kind = HOST_ACCESS_ASSIGN};
    if (f->is_last_run &&
        host_origin_path(&f->all->origins, variable, &access.path) &&
        access.path.key_count == 0)
        report(f, access);
}

/* `argument_count` is -1 if the last argument is a list. Its registers are
 * unknown by then, since what made it wrote to all from there on. */
static void call(const function *f, int first, int argument_count) {
    const host_origins *origins = &f->all->origins;
    host_access access = {.kind = HOST_ACCESS_CALL,
                          .argument_count = argument_count};
    if (!f->is_last_run ||
        !host_origin_path(origins, get(f, first), &access.function))
        return;
    int last = HOST_CALL_ARGUMENTS;
    if (argument_count >= 0 && argument_count < last) last = argument_count;
    for (int n = 1; n <= last && first + n < f->p->register_count; n++) {
        if (!host_origin_path(origins, get(f, first + n), &access.path))
            continue;
        const host_constant *key = last >= 2 && first + 2 < f->p->register_count
                                       ? get_key(f, first + 2)
                                       : NULL;
        access.key = key ? key->text : (host_text){NULL, 0};
        access.argument = n;
        report(f, access);
    }
}

/* ---- nested functions -------------------------------------------------- */

/* The local in a register, as Lua's own debug library finds it; NULL: none.
 * `local function f` is in debug information after its CLOSURE only. */
static const host_local *find_local(const host_prototype *p, int reg, int pc) {
    for (int n = 0; n < p->local_count && p->locals[n].start <= pc; n++) {
        if (pc >= p->locals[n].end) continue;
        if (reg-- == 0) return &p->locals[n];
    }
    return NULL;
}

/* Does a function made here assign the local it captures from `reg`? */
static bool makes_assigner(const host_prototype *p, uint32_t i, int reg) {
    if (op_code(i) != OP_CLOSURE || op_bx(i) >= p->nested_count) return false;
    const host_prototype *inner = &p->nested[op_bx(i)];
    for (int u = 0; u < inner->upvalue_count; u++) {
        if (inner->captures[u].is_local && inner->captures[u].index == reg &&
            inner->is_assigned[u])
            return true;
    }
    return false;
}

/* Does the local in `reg` keep its first value for its whole scope? */
static bool is_constant_local(const host_prototype *p, int reg, int pc) {
    const host_local *local = find_local(p, reg, pc);
    if (!local) return false;
    int end = local->end < p->code_count ? local->end : p->code_count;
    for (int at = local->start; at < end; at++) {
        uint32_t i = host_prototype_instruction(p, at);
        host_registers written = host_opcode_written(i);
        if (reg >= written.first && reg < written.first + written.count)
            return false;
        if (makes_assigner(p, i, reg)) return false;
    }
    return true;
}

static host_origin origin_of_capture(const function *f, host_capture from) {
    if (!from.is_local) return get_upvalue(f, from.index);
    host_origin origin = get(f, from.index);
    if (origin == ORIGIN_UNKNOWN) return ORIGIN_UNKNOWN;
    return is_constant_local(f->p, from.index, f->pc) ? origin : ORIGIN_UNKNOWN;
}

static void make_closure(function *f, int index) {
    if (index >= f->p->nested_count) {
        fail(f->all, RT_EDAMAGED);
        return;
    }
    const host_prototype *inner = &f->p->nested[index];
    if (f->is_last_run && !f->is_entered[index]) {
        f->is_entered[index] = true;
        host_origin *upvalues = host_dump_alloc(
            &f->all->dump, (size_t)inner->upvalue_count + 1, sizeof *upvalues);
        if (!upvalues) {
            fail(f->all, RT_ENOMEMORY);
            return;
        }
        for (int u = 0; u < inner->upvalue_count; u++)
            upvalues[u] = origin_of_capture(f, inner->captures[u]);
        enter(f->all, inner, upvalues);
    }
    for (int u = 0; u < inner->upvalue_count; u++) {
        host_capture from = inner->captures[u];
        if (from.is_local && inner->is_assigned[u] &&
            from.index < f->p->register_count)
            f->registers[from.index] = ORIGIN_SHARED;
    }
}

/* ---- one instruction --------------------------------------------------- */

/* The origin of what it stores in R[A]. */
static host_origin result_of(const function *f, uint32_t i) {
    switch (op_code(i)) {
    case OP_MOVE:
        return get(f, op_b(i));
    case OP_LOADK:
        return load_constant(f, op_bx(i));
    case OP_LOADKX:
        return load_constant(f, extra_argument(f));
    case OP_GETUPVAL:
        return get_upvalue(f, op_b(i));
    case OP_GETTABUP:
        return read_field(f, get_upvalue(f, op_b(i)), get_string(f, op_c(i)));
    case OP_GETTABLE:
        return read_field(f, get(f, op_b(i)), get_key(f, op_c(i)));
    case OP_GETI:
        return read_field(f, get(f, op_b(i)), NULL);
    case OP_GETFIELD:
        return read_field(f, get(f, op_b(i)), get_string(f, op_c(i)));
    case OP_SELF:
        return read_field(f, get(f, op_b(i)),
                          op_k(i) ? get_string(f, op_c(i))
                                  : get_key(f, op_c(i)));
    case OP_TESTSET: /* if it does not skip */
        return get(f, op_b(i));
    default:
        return ORIGIN_UNKNOWN;
    }
}

/* What it does besides changing registers. */
static void note_effect(const function *f, uint32_t i) {
    switch (op_code(i)) {
    case OP_SETUPVAL:
        assign_upvalue(f, get_upvalue(f, op_b(i)));
        break;
    case OP_SETTABUP:
        write_field(f, get_upvalue(f, op_a(i)), get_string(f, op_b(i)));
        break;
    case OP_SETTABLE:
        write_field(f, get(f, op_a(i)), get_key(f, op_b(i)));
        break;
    case OP_SETI:
        write_field(f, get(f, op_a(i)), NULL);
        break;
    case OP_SETFIELD:
        write_field(f, get(f, op_a(i)), get_string(f, op_b(i)));
        break;
    case OP_CALL:
    case OP_TAILCALL:
        call(f, op_a(i), op_b(i) - 1);
        break;
    default:
        break;
    }
}

static void set(function *f, int reg, host_origin origin) {
    if (reg < f->p->register_count && f->registers[reg] != ORIGIN_SHARED)
        f->registers[reg] = origin;
}

static void close_variables(function *f, int first) {
    for (int reg = first; reg < f->p->register_count; reg++) {
        if (f->registers[reg] == ORIGIN_SHARED)
            f->registers[reg] = ORIGIN_UNKNOWN;
    }
}

static void change_registers(function *f, uint32_t i) {
    host_origin result = result_of(f, i);
    host_origin object = op_code(i) == OP_SELF ? get(f, op_b(i)) : 0;
    host_registers written = host_opcode_written(i);
    int end = written.first + written.count;
    if (end > f->p->register_count) end = f->p->register_count;
    for (int reg = written.first; reg < end; reg++) set(f, reg, ORIGIN_UNKNOWN);
    if (written.count > 0) set(f, op_a(i), result);
    if (op_code(i) == OP_SELF) set(f, op_a(i) + 1, object);
    if (op_code(i) == OP_CLOSE) close_variables(f, op_a(i));
    if (op_code(i) == OP_CLOSURE) make_closure(f, op_bx(i));
}

/* ---- control flow ------------------------------------------------------ */

/* What is known if it is `a` on one way here and `b` on another. */
static host_origin meet(host_origin a, host_origin b) {
    if (a == b) return a;
    if (a == ORIGIN_SHARED || b == ORIGIN_SHARED) return ORIGIN_SHARED;
    return ORIGIN_UNKNOWN;
}

/* Control gets from here to the label. */
static void arrive(function *f, label *at) {
    size_t count = (size_t)f->p->register_count;
    if (!at->is_reached) {
        at->is_reached = true;
        memcpy(at->registers, f->registers, count * sizeof *f->registers);
        f->has_changed = true;
        return;
    }
    for (size_t reg = 0; reg < count; reg++) {
        host_origin met = meet(at->registers[reg], f->registers[reg]);
        if (met == at->registers[reg]) continue;
        at->registers[reg] = met;
        f->has_changed = true;
    }
}

/* Going on at a label is arriving there; what is known there counts. */
static void pass_label(function *f, const label *at) {
    f->is_reachable = at->is_reached;
    if (at->is_reached)
        memcpy(f->registers, at->registers,
               (size_t)f->p->register_count * sizeof *f->registers);
}

static void step(function *f) {
    uint32_t i = host_prototype_instruction(f->p, f->pc);
    int target = host_opcode_jump(i, f->pc);
    /* It skips the next instruction, or stores and does not. */
    if (op_code(i) == OP_TESTSET) arrive(f, f->labels[target]);
    note_effect(f, i);
    change_registers(f, i);
    if (target >= 0 && op_code(i) != OP_TESTSET) arrive(f, f->labels[target]);
    f->is_reachable = host_opcode_falls_through(i);
}

/* From the first instruction to the last. */
static void run(function *f) {
    host_line_cursor lines = {f->p->line_defined, 0};
    memset(f->registers, 0,
           (size_t)f->p->register_count * sizeof *f->registers);
    f->has_changed = false;
    f->is_reachable = true;
    for (f->pc = 0; f->pc < f->p->code_count && !f->all->status; f->pc++) {
        label *here = f->labels[f->pc];
        f->line = host_prototype_line(f->p, &lines, f->pc);
        if (here && f->is_reachable) arrive(f, here);
        if (here) pass_label(f, here);
        if (f->is_reachable) step(f);
    }
}

/* Makes a label wherever a jump goes to. */
static void find_labels(function *f) {
    const host_prototype *p = f->p;
    host_dump *dump = &f->all->dump;
    size_t count = (size_t)p->register_count;
    for (int pc = 0; pc < p->code_count; pc++) {
        uint32_t i = host_prototype_instruction(p, pc);
        int target = host_opcode_jump(i, pc);
        if (op_code(i) >= OP_COUNT || target < -1 || target >= p->code_count) {
            fail(f->all, RT_EDAMAGED);
            return;
        }
        if (target < 0 || f->labels[target]) continue;
        label *made = host_dump_alloc(dump, 1, sizeof *made);
        f->labels[target] = made;
        if (made)
            made->registers =
                host_dump_alloc(dump, count, sizeof *made->registers);
        if (!made || !made->registers) {
            fail(f->all, RT_ENOMEMORY);
            return;
        }
    }
}

/* Recursion is bounded: read_prototype refused deeper nesting. */
static void enter(analysis *all, const host_prototype *p,
                  const host_origin *upvalues) {
    function f = {.all = all, .p = p, .upvalues = upvalues};
    size_t code_count = (size_t)p->code_count;
    f.registers = host_dump_alloc(&all->dump, (size_t)p->register_count,
                                  sizeof *f.registers);
    f.labels = host_dump_alloc(&all->dump, code_count, sizeof(label *));
    f.is_entered = host_dump_alloc(&all->dump, (size_t)p->nested_count,
                                   sizeof *f.is_entered);
    if (!f.registers || !f.labels || !f.is_entered) {
        fail(all, RT_ENOMEMORY);
        return;
    }
    find_labels(&f);
    do run(&f);
    while (f.has_changed && !all->status);
    f.is_last_run = true;
    run(&f);
}

static void analyse(analysis *all) {
    const host_prototype *main = &all->dump.main;
    size_t count = (size_t)main->upvalue_count;
    host_origin *upvalues =
        host_dump_alloc(&all->dump, count + 1, sizeof *upvalues);
    if (!upvalues) {
        fail(all, RT_ENOMEMORY);
        return;
    }
    for (int u = 0; u < main->upvalue_count; u++)
        upvalues[u] = host_origin_upvalue(&all->origins, u);
    enter(all, main, upvalues);
}

static void describe(analysis *all) {
    const host_prototype *main = &all->dump.main;
    size_t count = (size_t)main->upvalue_count;
    host_bytecode *out = all->out;
    out->upvalues = rt_calloc(count * sizeof *out->upvalues);
    if (!out->upvalues) {
        fail(all, RT_ENOMEMORY);
        return;
    }
    if (main->upvalue_names)
        memcpy(out->upvalues, main->upvalue_names,
               count * sizeof *out->upvalues);
    out->upvalue_count = main->upvalue_count;
    out->source = all->dump.source;
    out->line_defined = main->line_defined;
}

int host_bytecode_read(host_bytecode *out, const void *dump, size_t size) {
    analysis all = {.out = out};
    *out = (host_bytecode){0};
    host_origins_init(&all.origins);
    fail(&all, host_dump_read(&all.dump, dump, size));
    if (!all.status) analyse(&all);
    if (!all.status) describe(&all);
    fail(&all, all.origins.status);
    host_origins_deinit(&all.origins);
    host_dump_deinit(&all.dump);
    if (all.status) host_bytecode_deinit(out);
    return all.status;
}

void host_bytecode_deinit(host_bytecode *bytecode) {
    rt_free(bytecode->accesses);
    rt_free(bytecode->upvalues);
    *bytecode = (host_bytecode){0};
}
