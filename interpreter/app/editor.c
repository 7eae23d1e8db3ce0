/* editor.c - readline's callback interface under plait's loop.
 *
 * The main strand parks its own waiter, and is woken when there is input, when there
 * is something to be shown above the line, when a strand has failed, and when the
 * terminal has changed; a Ctrl-C ends the wait by cancelling it (sigint.h). Readline
 * catches no signals.
 *
 * Its few names used have kept their types since readline 8.0, so they are declared
 * here, and the headers are not needed to build. */
#include "app/editor.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/above.h"
#include "app/sigint.h"
#include "core/end.h"
#include "io/polling.h"

/* What we use of libreadline. */
typedef struct library {
    void (*callback_handler_install)(const char *prompt,
                                     void (*on_line)(char *line));
    void (*callback_read_char)(void);
    void (*callback_handler_remove)(void);
    void (*callback_sigcleanup)(void);
    void (*free_line_state)(void);
    void (*add_history)(const char *entry);
    int (*clear_visible_line)(void);
    int (*forced_update_display)(void);
    int (*on_new_line)(void);
    void (*redisplay)(void);
    void (*resize_terminal)(void);
    void (*prep_terminal)(int meta);
    void (*deprep_terminal)(void);
    int (*variable_bind)(const char *name, const char *value);
    const char *(*variable_value)(const char *name);
    char **line_buffer;
    int *point;
    int *end;
    int *catch_signals;
    int *catch_sigwinch;
    int *change_environment;
    int *completion_append_character;
    int *attempted_completion_over;
    int *completion_query_items;
    int *eof_found; /* NULL before 8.2 */
    const char **readline_name;
    const char **completer_word_break_characters;
    char **(**attempted_completion_function)(const char *text, int start,
                                             int end);
    FILE **outstream;
} library;

static struct {
    host_program *program;
    app_complete *complete;
    void *handle;    /* of the library; NULL: lines are read plainly */
    library rl;      /* only with a handle */
    rt_poll *poll;   /* of the standard input */
    rt_waiter input; /* parked there */
    bool is_ready;   /* something can be read */
    bool is_waiting; /* the main strand, for whatever concerns the editor */
    rt_post nudge;   /* posted: something has happened on another thread */
    atomic_bool is_nudged;
    atomic_bool has_failures;
    bool is_dumb;      /* the terminal cannot move its cursor */
    rt_buffer partial; /* the line above ours, which has no end yet */
    char *line;        /* the last one, from malloc */
    size_t size;       /* allocated for it, when read plainly */
    bool has_line;
    bool is_left; /* app_editor_leave */
} editor;

/* ---- the library ---- */

static bool find_names(void *handle) {
    const struct {
        const char *name;
        void *pointer; /* where to put it: of whatever type */
    } wanted[] = {
        {"rl_callback_handler_install", &editor.rl.callback_handler_install},
        {"rl_callback_read_char", &editor.rl.callback_read_char},
        {"rl_callback_handler_remove", &editor.rl.callback_handler_remove},
        {"rl_callback_sigcleanup", &editor.rl.callback_sigcleanup},
        {"rl_free_line_state", &editor.rl.free_line_state},
        {"add_history", &editor.rl.add_history},
        {"rl_clear_visible_line", &editor.rl.clear_visible_line},
        {"rl_forced_update_display", &editor.rl.forced_update_display},
        {"rl_on_new_line", &editor.rl.on_new_line},
        {"rl_redisplay", &editor.rl.redisplay},
        {"rl_resize_terminal", &editor.rl.resize_terminal},
        {"rl_prep_terminal", &editor.rl.prep_terminal},
        {"rl_deprep_terminal", &editor.rl.deprep_terminal},
        {"rl_variable_bind", &editor.rl.variable_bind},
        {"rl_variable_value", &editor.rl.variable_value},
        {"rl_line_buffer", &editor.rl.line_buffer},
        {"rl_point", &editor.rl.point},
        {"rl_end", &editor.rl.end},
        {"rl_catch_signals", &editor.rl.catch_signals},
        {"rl_catch_sigwinch", &editor.rl.catch_sigwinch},
        {"rl_change_environment", &editor.rl.change_environment},
        {"rl_completion_append_character",
         &editor.rl.completion_append_character},
        {"rl_attempted_completion_over", &editor.rl.attempted_completion_over},
        {"rl_completion_query_items", &editor.rl.completion_query_items},
        {"rl_readline_name", &editor.rl.readline_name},
        {"rl_completer_word_break_characters",
         &editor.rl.completer_word_break_characters},
        {"rl_attempted_completion_function",
         &editor.rl.attempted_completion_function},
        {"rl_outstream", &editor.rl.outstream},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        void *found = dlsym(handle, wanted[i].name);
        if (!found) return false;
        /* ISO C has no conversion between pointers to code and to data. */
        memcpy(wanted[i].pointer, &found, sizeof found);
    }
    editor.rl.eof_found = dlsym(handle, "rl_eof_found");
    return true;
}

/* ---- completion ---- */

/* What all texts begin with, from malloc. */
static char *common_start(char **texts) {
    size_t size = strlen(texts[0]);
    for (size_t i = 1; texts[i]; i++) {
        size_t same = 0;
        while (same < size && texts[i][same] == texts[0][same]) same++;
        size = same;
    }
    return strndup(texts[0], size);
}

/* As readline wants them: what they have in common stands before them, or the only
 * one alone. */
static char **with_start(char **texts) {
    size_t count = 0;
    while (texts[count]) count++;
    if (count < 2) return texts;
    char **all = malloc((count + 2) * sizeof *all);
    if (!all) return texts;
    all[0] = common_start(texts);
    memcpy(all + 1, texts, (count + 1) * sizeof *all);
    free(texts);
    return all;
}

static void free_texts(char **texts) {
    for (char **text = texts; *text; text++) free(*text);
    free(texts);
}

/* Where what it completes begins is `start`, by its rules: all but names, points and
 * colons parts words. */
static char **on_complete(const char *word, int start, int end) {
    (void)word;
    size_t from = 0;
    char **texts = editor.complete(*editor.rl.line_buffer, (size_t)end, &from);
    *editor.rl.attempted_completion_over = texts != NULL;
    *editor.rl.completion_append_character = '\0'; /* a blank each time */
    if (!texts) return NULL;
    if (texts[0] && from == (size_t)start) return with_start(texts);
    free_texts(texts);
    return NULL;
}

static void set_options(void) {
    library *rl = &editor.rl;
    *rl->readline_name = "plait"; /* for $if in the user's inputrc */
    *rl->catch_signals = *rl->catch_sigwinch = 0;
    *rl->change_environment = 0;      /* threads may read it */
    *rl->completion_query_items = -1; /* a question would keep us waiting */
    *rl->completer_word_break_characters =
        " \t\n\"\\'`()[]{}<>=+-*/%^#,;~&|!?@$";
    *rl->attempted_completion_function = on_complete;
    *rl->outstream = app_above_file();
    (void)rl->variable_bind("page-completions", "off");
    (void)rl->variable_bind("enable-bracketed-paste", "on");
}

/* ---- being woken ---- */

/* On the loop's thread, while the main strand does not run. */
static void wake(void) {
    if (!editor.is_waiting) return;
    rt_waiter *waiter = &editor.program->host->main.waiter;
    if (rt_waiter_claim(waiter)) rt_waiter_complete_here(waiter, RT_OK);
}

static void on_input(rt_waiter *waiter) {
    if (waiter->status == RT_ECANCELLED) return;
    editor.is_ready = true;
    wake();
}

static void on_nudge(rt_post *post) {
    (void)post;
    atomic_store(&editor.is_nudged, false);
    wake();
}

/* Any thread. */
static void nudge(void) {
    if (!atomic_exchange(&editor.is_nudged, true))
        rt_loop_post(editor.program->host->loop, &editor.nudge);
}

static void on_failure(rt_runtime *runtime) {
    (void)runtime;
    atomic_store(&editor.has_failures, true);
    nudge();
}

/* ---- opening ---- */

static void open_library(void) {
    const char *terminal = getenv("TERM");
    editor.is_dumb = !terminal || !*terminal || strcmp(terminal, "dumb") == 0;
    void *handle = dlopen("libreadline.so.8", RTLD_LAZY | RTLD_LOCAL);
    if (!handle) return;
    if (find_names(handle) && app_above_open(nudge)) {
        editor.handle = handle;
        set_options();
    } else {
        (void)dlclose(handle);
    }
}

int app_editor_open(host_program *program, app_complete *complete) {
    editor.program = program;
    editor.complete = complete;
    editor.nudge.run = on_nudge;
    int status =
        rt_poll_new_shared(program->host->loop, STDIN_FILENO, &editor.poll);
    if (status != RT_OK) return status;
    rt_waiter_init(&editor.input, program->host->loop, on_input);
    editor.input.completes_inline = true;
    rt_buffer_init(&editor.partial);
    open_library();
    atomic_store(&editor.has_failures, true); /* of what ran before */
    program->runtime->on_failure = on_failure;
    return RT_OK;
}

/* The library stays loaded: so is what it has allocated. */
void app_editor_close(void) {
    editor.program->runtime->on_failure = NULL;
    if (rt_waiter_parked(&editor.input))
        (void)rt_waiter_cancel(&editor.input, RT_ECANCELLED);
    rt_poll_close(editor.poll);
    free(editor.line);
    editor.line = NULL;
    editor.size = 0;
    rt_buffer_deinit(&editor.partial);
}

void app_editor_finish(void) {
    if (editor.handle) app_above_close();
    editor.handle = NULL;
}

void app_editor_leave(void) {
    editor.is_left = true;
    wake();
}

void app_editor_remember(const char *entry) {
    if (editor.handle && entry[0] != '\0') editor.rl.add_history(entry);
}

int app_editor_columns(void) {
    struct winsize size = {0};
    (void)ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
    return size.ws_col > 0 ? size.ws_col : 80;
}

/* ---- above the line ---- */

/* Columns of text without controls; -1: it has some. */
static int columns_of(const rt_buffer *text) {
    int columns = 0;
    for (size_t i = 0; i < text->size; i++) {
        unsigned char byte = (unsigned char)text->bytes[i];
        if (byte < ' ' || byte == 0x7f) return -1;
        if ((byte & 0xc0) != 0x80) columns++;
    }
    return columns;
}

/* The line that has begun with what was shown last, and goes on with this. */
static void keep_partial(const rt_buffer *text) {
    const char *end = text->bytes + text->size;
    const char *begin = end;
    while (begin > text->bytes && begin[-1] != '\n') begin--;
    if (begin > text->bytes) editor.partial.size = 0;
    if (rt_buffer_add(&editor.partial, begin, (size_t)(end - begin)) != RT_OK)
        editor.partial.size = 0;
}

/* A line without its end is ended for the time being. If more of it comes, it is
 * written once more, with that. */
static void write_above(const rt_buffer *text) {
    static const char back[] = "\033[A\r\033[K";
    if (editor.partial.size > 0) {
        app_above_write(back, sizeof back - 1);
        app_above_write(editor.partial.bytes, editor.partial.size);
    }
    app_above_write(text->bytes, text->size);
    keep_partial(text);
    if (editor.partial.size == 0) return;
    app_above_write("\n", 1);
    int columns = columns_of(&editor.partial);
    if (editor.is_dumb || columns < 0 || columns >= app_editor_columns())
        editor.partial.size = 0;
}

static void show_above(void) {
    rt_buffer text;
    rt_buffer_init(&text);
    app_above_take(&text);
    if (text.size > 0) {
        (void)editor.rl.clear_visible_line();
        (void)fflush(app_above_file());
        write_above(&text);
        (void)editor.rl.forced_update_display();
    }
    rt_buffer_deinit(&text);
}

/* ---- waiting ---- */

static void report_failures(void) {
    if (atomic_exchange(&editor.has_failures, false))
        (void)host_program_report_unhandled(editor.program);
}

/* Parks a waiter at the standard input, unless one is there. */
static int expect_input(void) {
    if (editor.is_ready || rt_waiter_parked(&editor.input)) return RT_OK;
    int status =
        rt_poll_wait(editor.poll, RT_POLL_READ, &editor.input, NULL, NULL);
    if (status == RT_OK) editor.is_ready = true;
    return status == RT_PENDING ? RT_OK : status;
}

/* Returns: RT_OK: something concerns the editor; RT_ECANCELLED; what else the wait
 * has come to. */
static int wait_for_something(void) {
    host_state *host = editor.program->host;
    if (editor.is_left) return RT_ECLOSED;
    if (host->main.is_cancelled) return RT_ECANCELLED;
    int status = expect_input();
    if (status != RT_OK || editor.is_ready) return status;
    host->main.waiting_for = "the prompt";
    rt_waiter_park(&host->main.waiter, NULL, NULL);
    editor.is_waiting = true;
    status = host_end_wait(host, HOST_NO_DEADLINE);
    editor.is_waiting = false;
    host->main.waiting_for = NULL;
    return status;
}

static void stop_expecting(void) {
    if (rt_waiter_parked(&editor.input))
        (void)rt_waiter_cancel(&editor.input, RT_ECANCELLED);
    editor.is_ready = false;
}

/* ---- with readline ---- */

static void on_line(char *line) {
    editor.line = line;
    editor.has_line = true;
    editor.rl.callback_handler_remove(); /* else it shows the next prompt */
}

static void drop_line(void) {
    *editor.rl.point = *editor.rl.end;
    editor.rl.redisplay();
    (void)fflush(app_above_file());
    if (host_ending_number(editor.program) == 0 && !editor.is_left)
        app_above_write("^C", 2);
    app_above_write("\n", 1);
    editor.rl.free_line_state();
    editor.rl.callback_sigcleanup();
    editor.rl.callback_handler_remove();
}

/* Ctrl-Z: the terminal is as it was for whoever has it meanwhile. */
static void stop(void) {
    editor.rl.deprep_terminal();
    app_sigint_stop_process(editor.program);
    editor.rl.prep_terminal(1);
    (void)editor.rl.forced_update_display();
}

static void read_keys(void) {
    struct pollfd polled = {.fd = STDIN_FILENO, .events = POLLIN};
    app_sigint_clear();
    do editor.rl.callback_read_char();
    while (!editor.has_line && poll(&polled, 1, 0) > 0);
    editor.is_ready = false;
}

static int edit(void) {
    int status;
    do {
        status = wait_for_something();
        if (app_sigint_take_stop()) stop();
        if (app_sigint_take_resize()) editor.rl.resize_terminal();
        if (status == RT_OK && editor.is_ready) read_keys();
        if (editor.has_line) break;
        report_failures();
        show_above();
    } while (status == RT_OK);
    return status;
}

/* At the end of the input, Ctrl-D. Readline ends the line if it has to tell the terminal
 * that nothing is pasted any more. */
static void end_line(void) {
    const char *pastes = editor.rl.variable_value("enable-bracketed-paste");
    if (!pastes || strcmp(pastes, "on") != 0) app_above_write("\n", 1);
}

static app_input edit_line(const char *prompt) {
    editor.partial.size = 0;
    if (editor.rl.eof_found) *editor.rl.eof_found = 0; /* it forgets to */
    editor.rl.callback_handler_install(prompt, on_line);
    app_above_begin();
    app_sigint_watch(editor.program, wake);
    int status = edit();
    app_sigint_unwatch(editor.program);
    if (!editor.has_line)
        drop_line();
    else if (!editor.line)
        end_line();
    app_above_end();
    rt_buffer rest;
    rt_buffer_init(&rest);
    app_above_take(&rest);
    app_above_write(rest.bytes, rest.size);
    rt_buffer_deinit(&rest);
    if (status != RT_OK) return APP_INPUT_OVER;
    return editor.line ? APP_INPUT_LINE : APP_INPUT_END;
}

/* ---- without ---- */

/* A terminal delivers whole lines, so none is left in stdin's buffer while we
 * wait. */
static app_input read_line(const char *prompt) {
    (void)fputs(prompt, stdout);
    (void)fflush(stdout);
    int status;
    do {
        status = wait_for_something();
        report_failures();
    } while (status == RT_OK && !editor.is_ready);
    if (status != RT_OK) {
        (void)fputc('\n', stdout);
        return APP_INPUT_OVER;
    }
    ssize_t size = getline(&editor.line, &editor.size, stdin);
    if (size < 0) {
        (void)fputc('\n', stdout);
        return APP_INPUT_END;
    }
    if (size > 0 && editor.line[size - 1] == '\n') editor.line[size - 1] = '\0';
    return APP_INPUT_LINE;
}

app_input app_editor_read(const char *prompt, const char **line, size_t *size) {
    if (editor.handle) {
        free(editor.line);
        editor.line = NULL;
    }
    editor.has_line = false;
    app_sigint_enter(editor.program);
    report_failures();
    app_input input = editor.handle ? edit_line(prompt) : read_line(prompt);
    stop_expecting();
    bool is_interrupted = app_sigint_leave(editor.program);
    if (is_interrupted && input == APP_INPUT_OVER && !editor.is_left &&
        host_ending_number(editor.program) == 0)
        input = APP_INPUT_INTERRUPTED;
    *line = input == APP_INPUT_LINE ? editor.line : NULL;
    *size = *line ? strlen(*line) : 0;
    return input;
}
