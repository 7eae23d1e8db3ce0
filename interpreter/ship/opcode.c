/* opcode.c - what each instruction changes and where it goes. */
#include "ship/opcode.h"

static host_registers exactly(int first, int count) {
    return (host_registers){first, count};
}

static host_registers from(int first) {
    return (host_registers){first, OP_ALL_REGISTERS};
}

host_registers host_opcode_written(uint32_t i) {
    int a = op_a(i);
    switch (op_code(i)) {
    case OP_SETUPVAL:
    case OP_SETTABUP:
    case OP_SETTABLE:
    case OP_SETI:
    case OP_SETFIELD:
    case OP_MMBIN:
    case OP_MMBINI:
    case OP_MMBINK:
    case OP_CLOSE:
    case OP_TBC:
    case OP_JMP:
    case OP_EQ:
    case OP_LT:
    case OP_LE:
    case OP_EQK:
    case OP_EQI:
    case OP_LTI:
    case OP_LEI:
    case OP_GTI:
    case OP_GEI:
    case OP_TEST:
    case OP_RETURN:
    case OP_RETURN0:
    case OP_RETURN1:
    case OP_TFORPREP:
    case OP_SETLIST:
    case OP_VARARGPREP:
    case OP_EXTRAARG:
        return exactly(a, 0);
    case OP_LOADNIL:
        return exactly(a, op_b(i) + 1);
    case OP_SELF:
        return exactly(a, 2);
    case OP_FORPREP:
    case OP_FORLOOP:
        return exactly(a, 4);
    case OP_TFORLOOP:
        return exactly(a + 2, 1);
    case OP_TFORCALL:
        return from(a + 4);
    case OP_CALL:
    case OP_TAILCALL:
    case OP_VARARG:
    case OP_CONCAT:
        return from(a);
    default: /* loads, arithmetic, CLOSURE, TESTSET */
        return exactly(a, 1);
    }
}

int host_opcode_jump(uint32_t i, int pc) {
    switch (op_code(i)) {
    case OP_JMP:
        return pc + 1 + op_sj(i);
    case OP_LFALSESKIP:
    case OP_EQ:
    case OP_LT:
    case OP_LE:
    case OP_EQK:
    case OP_EQI:
    case OP_LTI:
    case OP_LEI:
    case OP_GTI:
    case OP_GEI:
    case OP_TEST:
    case OP_TESTSET:
        return pc + 2;
    case OP_FORPREP:
        return pc + 2 + op_bx(i);
    case OP_TFORPREP:
        return pc + 1 + op_bx(i);
    case OP_FORLOOP:
    case OP_TFORLOOP:
        return pc + 1 - op_bx(i);
    default:
        return -1;
    }
}

bool host_opcode_falls_through(uint32_t i) {
    switch (op_code(i)) {
    case OP_JMP:
    case OP_LFALSESKIP:
    case OP_TFORPREP:
    case OP_TAILCALL:
    case OP_RETURN:
    case OP_RETURN0:
    case OP_RETURN1:
        return false;
    default:
        return true;
    }
}
