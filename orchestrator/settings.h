/*
 * The configuration file (GKeyFile, /etc/drover/drover.conf), read strictly: an unknown group or
 * key, a value that does not parse or is out of range is an error that names file, group and key.
 *
 * Ownership: the settings own all their strings.
 * Thread:    plain data.
 */
#pragma once

#include <glib.h>

#define DROVER_MAXIMUM_ACTIVE_LIMIT 64
#define DROVER_MAXIMUM_ATTEMPTS     100
#define DROVER_MINIMUM_RETRY_DELAY_S                                                               \
    5 /* of a BITS job: IBackgroundCopyJob::SetMinimumRetryDelay                                   \
       */

typedef struct {
    char *name;
    char *uri;
    char *peer_uri; /* or NULL */
} DroverHostSettings;

typedef struct {
    /* [daemon] */
    char *backend;      /* "libvirt" (default) or "simulated" */
    char *scenario;     /* simulated only: file of guests and faults; or NULL */
    char *state_dir;    /* /var/lib/drover */
    char *socket;       /* /run/drover/droverd.sock */
    guint socket_mode;  /* 0660, written in octal */
    char *http_listen;  /* 127.0.0.1:5988; empty: none */
    char *https_listen; /* 0.0.0.0:5989 or the like; empty (default): none */
    /* [tls] of https_listen */
    char *tls_certificate; /* /etc/drover/tls/cert.pem */
    char *tls_key;         /* /etc/drover/tls/key.pem */
    char *tls_client_ca;   /* or NULL: clients are not asked for certificates */
    char *tls_priorities;  /* of GnuTLS, or NULL: TLS 1.2 and up */
    /* [access]: lists of orchestrator/access.h */
    char *administrators;
    char *operators;
    char *observers;
    char *password_file; /* /etc/drover/passwd */
    char *audit_log;     /* NULL: audit.log in state_dir */
    /* [http] */
    guint connections;        /* 1024 */
    guint body_kib;           /* 256 */
    guint request_deadline_s; /* 10 */
    guint idle_timeout_s;     /* 60 */
    guint enumerations;       /* 64: open ones, which clients pull from */
    /* [migration] */
    gboolean enabled;     /* true: EnableVirtualSystemMigration */
    guint maximum_active; /* 2: per host in each direction, MaximumActiveVirtualSystemMigration */
    guint attempts;       /* 5: of a move that fails transiently */
    guint retry_delay_s;  /* 60: the least; it grows with each failure */
    guint retry_delay_max_s;     /* 600 */
    guint no_progress_timeout_s; /* 3600: from a failure until a job is given up; 0: at once */
    guint time_before_removal_s; /* 300: Msvm_MigrationJob.TimeBeforeRemoval */
    /* [notify]: the first four are what new jobs begin with */
    char *notify_url;             /* or NULL */
    char *notify_command;         /* program, or NULL */
    char *notify_arguments;       /* or NULL */
    guint notify_flags;           /* 3: DroverNotifyFlags */
    char *notify_program_dir;     /* /etc/drover/notify.d: what clients may have run */
    char *notify_secret_file;     /* or NULL */
    guint notify_retry_first_s;   /* 5 */
    guint notify_retry_longest_s; /* 600 */
    guint notify_timeout_s;       /* 10 */
    /* [host NAME] */
    GPtrArray *hosts; /* of DroverHostSettings, in the file's order */
} DroverSettings;

#define DROVER_SETTINGS_ERROR (drover_settings_error_quark())
GQuark drover_settings_error_quark(void);
typedef enum { DROVER_SETTINGS_ERROR_FILE, DROVER_SETTINGS_ERROR_INVALID } DroverSettingsError;

/* The built-in defaults, no hosts. */
DroverSettings *drover_settings_new(void);
DroverSettings *drover_settings_load(const char *path, GError **error);
void drover_settings_free(DroverSettings *settings);

/* A key of the file, as its table has it. */
typedef struct {
    const char *group;
    const char *name;
    const char *default_value; /* as it is written in the file */
    const struct DroverSettingsKind *kind;
    gsize offset; /* in DroverSettings, or in DroverHostSettings for group "host" */
    guint minimum;
    guint maximum;
    const char *doc; /* what it is, in a few words: for error messages */
} DroverSettingsKey;

/* All keys, those of [host NAME] with group "host".  Constant. */
const DroverSettingsKey *drover_settings_keys(guint *n_keys);
/* The value of @key (any but a host's), as it would be written in the file. (transfer full) */
char *drover_settings_get_text(const DroverSettings *settings, const DroverSettingsKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverSettings, drover_settings_free)
