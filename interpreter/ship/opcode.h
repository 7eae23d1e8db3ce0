/* opcode.h - the instructions of Lua 5.4.
 *
 * Numbers and layout are those of Lua's lopcodes.h, which is not installed;
 * they are the same in 5.4.4 to 5.4.8. A dump names its version in the first
 * bytes, so no other numbering is ever read with this one.
 *
 *   31      24 23      16 15 14       7 6     0
 *   |    C    |    B     |k |    A    |  op   |
 *   |         Bx            |    A    |  op   |
 *   |                 Ax or sJ        |  op   |   sJ is stored plus 2^24 - 1
 */
#ifndef HOST_SHIP_OPCODE_H
#define HOST_SHIP_OPCODE_H

#include <stdbool.h>
#include <stdint.h>

/* The order is the numbering. */
typedef enum {
    OP_MOVE,
    OP_LOADI,
    OP_LOADF,
    OP_LOADK,
    OP_LOADKX,
    OP_LOADFALSE,
    OP_LFALSESKIP,
    OP_LOADTRUE,
    OP_LOADNIL,
    OP_GETUPVAL,
    OP_SETUPVAL,
    OP_GETTABUP,
    OP_GETTABLE,
    OP_GETI,
    OP_GETFIELD,
    OP_SETTABUP,
    OP_SETTABLE,
    OP_SETI,
    OP_SETFIELD,
    OP_NEWTABLE,
    OP_SELF,
    /* Arithmetic: R[A] := two operands; if they have a metamethod, one of
     * the MMBIN that follows stores its result in the same R[A]. */
    OP_ADDI,
    OP_ADDK,
    OP_SUBK,
    OP_MULK,
    OP_MODK,
    OP_POWK,
    OP_DIVK,
    OP_IDIVK,
    OP_BANDK,
    OP_BORK,
    OP_BXORK,
    OP_SHRI,
    OP_SHLI,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_MOD,
    OP_POW,
    OP_DIV,
    OP_IDIV,
    OP_BAND,
    OP_BOR,
    OP_BXOR,
    OP_SHL,
    OP_SHR,
    OP_MMBIN,
    OP_MMBINI,
    OP_MMBINK,
    OP_UNM,
    OP_BNOT,
    OP_NOT,
    OP_LEN,
    OP_CONCAT,
    OP_CLOSE,
    OP_TBC,
    OP_JMP,
    /* Tests: skip the next instruction, which is a JMP, or not. */
    OP_EQ,
    OP_LT,
    OP_LE,
    OP_EQK,
    OP_EQI,
    OP_LTI,
    OP_LEI,
    OP_GTI,
    OP_GEI,
    OP_TEST,
    OP_TESTSET,
    OP_CALL,
    OP_TAILCALL,
    OP_RETURN,
    OP_RETURN0,
    OP_RETURN1,
    OP_FORLOOP,
    OP_FORPREP,
    OP_TFORPREP,
    OP_TFORCALL,
    OP_TFORLOOP,
    OP_SETLIST,
    OP_CLOSURE,
    OP_VARARG,
    OP_VARARGPREP,
    OP_EXTRAARG,
    OP_COUNT
} host_opcode;

enum { OP_ALL_REGISTERS = 256 };

static inline int op_code(uint32_t i) {
    return (int)(i & 0x7f);
}

static inline int op_a(uint32_t i) {
    return (int)(i >> 7 & 0xff);
}

static inline bool op_k(uint32_t i) {
    return i >> 15 & 1;
}

static inline int op_b(uint32_t i) {
    return (int)(i >> 16 & 0xff);
}

static inline int op_c(uint32_t i) {
    return (int)(i >> 24);
}

static inline int op_bx(uint32_t i) {
    return (int)(i >> 15);
}

static inline int op_ax(uint32_t i) {
    return (int)(i >> 7);
}

static inline int op_sj(uint32_t i) {
    return (int)(i >> 7) - ((1 << 24) - 1);
}

/* The registers an instruction may change: [first, first + count). */
typedef struct {
    int first;
    int count;
} host_registers;

/* A call's frame lies above all that is alive, so whatever works at the top
 * of the stack is said to change everything from there on. */
host_registers host_opcode_written(uint32_t instruction);

/* Where the instruction at `pc` may continue besides pc + 1; -1: nowhere. */
int host_opcode_jump(uint32_t instruction, int pc);

/* May the instruction after this one be the next? */
bool host_opcode_falls_through(uint32_t instruction);

#endif
