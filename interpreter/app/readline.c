/* readline.c - GNU readline, loaded only when a prompt needs it.
 *
 * We use readline's callback interface and wait for input ourselves: so a
 * signal, and later other work, can be served while the user types, without
 * jumping out of a signal handler. Readline's handlers are installed while a
 * line is edited, to put the terminal right when the process is stopped or
 * ended; they only take notes, and check_signals acts on them. SIGINT alone
 * is taken back from it.
 *
 * The few names used have kept their types since readline 8.0, so they are
 * declared here and the headers are not needed to build. */
#include "app/readline.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/sigint.h"

/* What we use of libreadline. */
typedef struct library {
    void (*callback_handler_install)(const char *prompt,
                                     void (*on_line)(char *line));
    void (*callback_read_char)(void);
    void (*callback_handler_remove)(void);
    void (*callback_sigcleanup)(void);
    void (*check_signals)(void);
    void (*free_line_state)(void);
    void (*add_history)(const char *entry);
} library;

static struct {
    void *handle;  /* of the library; NULL: read plainly */
    library rl;    /* only with a handle */
    char *line;    /* the last line, from malloc */
    size_t size;   /* allocated for it, when read plainly */
    bool has_line; /* on_line was called */
} editor;

static bool find_functions(void) {
    const struct {
        const char *name;
        void *pointer; /* where to put it: a pointer to a function pointer */
    } wanted[] = {
        {"rl_callback_handler_install", &editor.rl.callback_handler_install},
        {"rl_callback_read_char", &editor.rl.callback_read_char},
        {"rl_callback_handler_remove", &editor.rl.callback_handler_remove},
        {"rl_callback_sigcleanup", &editor.rl.callback_sigcleanup},
        {"rl_check_signals", &editor.rl.check_signals},
        {"rl_free_line_state", &editor.rl.free_line_state},
        {"add_history", &editor.rl.add_history},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        void *found = dlsym(editor.handle, wanted[i].name);
        if (!found) return false;
        /* ISO C has no conversion between the two kinds of pointer. */
        memcpy(wanted[i].pointer, &found, sizeof found);
    }
    return true;
}

static void set_options(void) {
    const char **name = dlsym(editor.handle, "rl_readline_name");
    int *keeps_handlers = dlsym(editor.handle, "rl_persistent_signal_handlers");
    if (name) *name = "plait"; /* for $if in the user's inputrc */
    if (keeps_handlers) *keeps_handlers = 1;
}

void app_readline_open(void) {
    if (!isatty(STDIN_FILENO)) return;
    editor.handle = dlopen("libreadline.so.8", RTLD_LAZY | RTLD_LOCAL);
    if (!editor.handle) return;
    if (find_functions()) {
        set_options();
        return;
    }
    dlclose(editor.handle);
    editor.handle = NULL;
}

/* The library stays loaded: it may have handlers installed. */
void app_readline_close(void) {
    free(editor.line);
    editor.line = NULL;
    editor.size = 0;
    editor.handle = NULL;
}

void app_readline_remember(const char *entry) {
    if (editor.handle && entry[0] != '\0') editor.rl.add_history(entry);
}

/* Waits until there is input, or Ctrl-C.
 * Returns: APP_INPUT_LINE if something can be read. */
static app_input wait_for_input(int interrupt) {
    struct pollfd polled[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = interrupt, .events = POLLIN},
    };
    while (poll(polled, 2, -1) < 0) {
        if (errno != EINTR) return APP_INPUT_END;
        if (editor.handle) editor.rl.check_signals();
    }
    return polled[1].revents ? APP_INPUT_INTERRUPTED : APP_INPUT_LINE;
}

static void on_line(char *line) {
    editor.line = line;
    editor.has_line = true;
    editor.rl.callback_handler_remove(); /* else it shows the next prompt */
}

static void drop_line(void) {
    editor.rl.free_line_state();
    editor.rl.callback_sigcleanup();
    editor.rl.callback_handler_remove();
    fputs("^C\n", stdout);
}

static app_input edit_line(const char *prompt) {
    free(editor.line);
    editor.line = NULL;
    editor.has_line = false;
    editor.rl.callback_handler_install(prompt, on_line);
    int interrupt = app_sigint_watch(); /* after readline took SIGINT */
    app_input input = APP_INPUT_LINE;
    while (!editor.has_line && input == APP_INPUT_LINE) {
        input = wait_for_input(interrupt);
        if (input == APP_INPUT_LINE) editor.rl.callback_read_char();
    }
    if (!editor.has_line) drop_line();
    app_sigint_unwatch(); /* after readline gave it back */
    return editor.has_line && !editor.line ? APP_INPUT_END : input;
}

/* A terminal delivers whole lines, so none is left in stdin's buffer while
 * we wait. */
static app_input read_terminal(void) {
    app_input input = wait_for_input(app_sigint_watch());
    app_sigint_unwatch();
    if (input == APP_INPUT_INTERRUPTED) fputc('\n', stdout);
    return input;
}

static app_input read_line(const char *prompt) {
    bool is_terminal = isatty(STDIN_FILENO);
    fputs(prompt, stdout);
    fflush(stdout);
    app_input input = is_terminal ? read_terminal() : APP_INPUT_LINE;
    if (input != APP_INPUT_LINE) return input;
    ssize_t size = getline(&editor.line, &editor.size, stdin);
    if (size < 0) return APP_INPUT_END;
    if (size > 0 && editor.line[size - 1] == '\n') editor.line[size - 1] = '\0';
    if (!is_terminal) {
        fputs(editor.line, stdout);
        fputc('\n', stdout);
    }
    return APP_INPUT_LINE;
}

app_input app_readline_next(const char *prompt, const char **line,
                            size_t *size) {
    app_input input = editor.handle ? edit_line(prompt) : read_line(prompt);
    *line = input == APP_INPUT_LINE ? editor.line : NULL;
    *size = *line ? strlen(*line) : 0;
    return input;
}
