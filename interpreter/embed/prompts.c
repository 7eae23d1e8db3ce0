/* prompts.c - the prompts of plait.h: prompt.h does it. */
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "embed/embedded.h"
#include "embed/prompt.h"

struct plait_prompt {
    plait *p;
    host_prompt *inner;
    void (*on_end)(plait_prompt *prompt, const char *why, void *data);
    void *data;
};

void plait_prompt_options_init(plait_prompt_options *options, size_t size) {
    memset(options, 0, size);
    options->size = size;
    options->in_fd = STDIN_FILENO;
    options->out_fd = STDOUT_FILENO;
}

static void on_end(host_prompt *inner, const char *why, void *context) {
    plait_prompt *prompt = context;
    (void)inner;
    if (prompt->on_end) prompt->on_end(prompt, why, prompt->data);
    rt_free(prompt);
}

static plait_status open_inner(plait_prompt *prompt,
                               const plait_prompt_options *o) {
    host_prompt_options options = {.in_fd = o->in_fd,
                                   .out_fd = o->out_fd,
                                   .is_terminal = o->is_terminal != 0,
                                   .name = o->name,
                                   .banner = o->banner,
                                   .prompt = o->prompt,
                                   .prompt2 = o->prompt2,
                                   .on_end = on_end,
                                   .context = prompt};
    rt_error err;
    int status =
        host_prompt_open(prompt->p->host, &options, &prompt->inner, &err);
    if (status == RT_OK) return PLAIT_OK;
    plait_status known = PLAIT_ERR_FILE;
    if (status == RT_ENOMEMORY) known = PLAIT_ERR_MEMORY;
    if (status == RT_EUSAGE) known = PLAIT_ERR_RUN;
    return plait_fail(prompt->p, known, err.message);
}

plait_status plait_prompt_open(plait *p, const plait_prompt_options *options,
                               plait_prompt **out) {
    plait_prompt_options known;
    if (out) *out = NULL;
    plait_status status = plait_check(p, false);
    if (status != PLAIT_OK) return status;
    plait_prompt_options_init(&known, sizeof known);
    if (!options || !plait_read_struct(&known, sizeof known, options))
        return plait_fail(p, PLAIT_ERR_ARGUMENT, "the options are not known");
    if (atomic_load(&p->is_closing))
        return plait_fail(p, PLAIT_ERR_STATE, "the runtime is being closed");
    plait_prompt *prompt = rt_calloc(sizeof *prompt);
    if (!prompt) return plait_fail(p, PLAIT_ERR_MEMORY, "not enough memory");
    prompt->p = p;
    prompt->on_end = known.on_end;
    prompt->data = known.data;
    p->has_started = true;
    status = open_inner(prompt, &known);
    if (status != PLAIT_OK) {
        rt_free(prompt);
        return status;
    }
    if (out) *out = prompt;
    plait_touch(p);
    return PLAIT_OK;
}

void plait_prompt_close(plait_prompt *prompt) {
    if (!prompt || plait_check(prompt->p, false) != PLAIT_OK) return;
    host_prompt_close(prompt->inner);
    plait_touch(prompt->p);
}
