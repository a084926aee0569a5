/*
 * The table of commands: what drover can do, and how each is called.
 *
 * Thread:  constant.
 */
#pragma once

#include "orchestrator/cli/cli.h"

typedef struct {
    const char *name;
    char short_name; /* '\0': none */
    gboolean takes_value;
    gsize offset; /* into DroverOptions: a char*, a char** of a list, or a gboolean */
    const char *description;
    const char *value_name;
    gboolean is_list; /* may be given again and again */
} DroverOption;

typedef struct {
    const char *name;
    const char *arguments; /* "VM --to HOST"; the words without dashes are the positional ones */
    const char *summary;
    const char *help; /* paragraphs, wrapped */
    const DroverOption *options;
    guint n_options;
    guint min_arguments;
    guint max_arguments;
    gboolean is_local; /* needs no daemon */
    /* @arguments: the positional ones, NULL-terminated. */
    int (*run)(DroverCli *cli, char **arguments, GError **error);
} DroverCommand;

/* All of them, in the order in which help lists them. */
const DroverCommand *drover_commands(guint *n);
/* NULL with DROVER_EXIT_USAGE, and what was probably meant. */
const DroverCommand *drover_command_find(const char *name, GError **error);
/* The options that every command takes. */
const DroverOption *drover_common_options(guint *n);

/* (transfer full): ends with a newline. */
char *drover_command_help(const DroverCommand *command);
char *drover_commands_help(void);
