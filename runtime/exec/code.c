/* code.c */
#include "exec/code.h"

#include "base/alloc.h"
#include "base/status.h"
#include "data/call.h"

static void code_free(rt_object *object) {
    rt_code *code = (rt_code *)object;
    rt_message_free(code->work);
    rt_free(code);
}

static void code_call(rt_object *object, rt_call *call) {
    const rt_code *code = (const rt_code *)object;
    if (call->operation != RT_CODE_FETCH) {
        call->reply(call, RT_EUSAGE, NULL);
        return;
    }
    rt_message *copy = rt_message_copy(code->work);
    call->reply(call, copy ? RT_OK : RT_ENOMEMORY, copy);
}

const rt_object_type rt_code_type = {
    .name = "function",
    .kind = RT_KIND_CODE,
    .free = code_free,
    .call = code_call,
};

rt_code *rt_code_new(rt_message *work) {
    rt_code *code = rt_alloc(sizeof *code);
    if (!code) return NULL;
    rt_object_init(&code->object, &rt_code_type);
    code->work = work;
    return code;
}
