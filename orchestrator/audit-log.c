#include "orchestrator/audit-log.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

struct _DroverAuditLog {
    char *path;
    int fd;
    gboolean is_broken; /* the last line was not written */
};

static int
open_log(const char *path, GError **error)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

    if (fd < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                    "cannot open the audit log '%s': %s", path, g_strerror(errno));
    }
    return fd;
}

DroverAuditLog *
drover_audit_log_new(const char *path, GError **error)
{
    int fd = open_log(path, error);
    DroverAuditLog *log;

    if (fd < 0) {
        return NULL;
    }
    log = g_new0(DroverAuditLog, 1);
    log->path = g_strdup(path);
    log->fd = fd;
    return log;
}

void
drover_audit_log_free(DroverAuditLog *log)
{
    if (!log) {
        return;
    }
    close(log->fd);
    g_free(log->path);
    g_free(log);
}

gboolean
drover_audit_log_reopen(DroverAuditLog *log, GError **error)
{
    int fd = open_log(log->path, error);

    if (fd < 0) {
        return FALSE;
    }
    close(log->fd);
    log->fd = fd;
    return TRUE;
}

static void
set_text(JsonObject *json, const char *member, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    json_object_set_string_member(json, member, valid);
}

char *
drover_audit_line(const CimAuditRecord *record, gint64 real_us)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *json = json_object_new();
    g_autoptr(GDateTime) seconds = g_date_time_new_from_unix_utc(real_us / G_USEC_PER_SEC);
    g_autofree char *date = g_date_time_format(seconds, "%Y-%m-%dT%H:%M:%S");
    g_autofree char *time = g_strdup_printf("%s.%06dZ", date, (int) (real_us % G_USEC_PER_SEC));

    json_node_take_object(root, json);
    set_text(json, "Time", time);
    if (record->name) {
        set_text(json, "Name", record->name);
    } else {
        json_object_set_null_member(json, "Name");
    }
    set_text(json, "From", record->address);
    set_text(json, "Operation", record->operation);
    set_text(json, "Object", record->object);
    json_object_set_boolean_member(json, "Allowed", record->allowed);
    json_object_set_int_member(json, "Status", record->cim_status);
    if (record->has_return_value) {
        json_object_set_int_member(json, "ReturnValue", record->return_value);
    }
    return json_to_string(root, FALSE);
}

void
drover_audit_log_write(DroverAuditLog *log, const CimAuditRecord *record, gint64 real_us)
{
    g_autofree char *line = drover_audit_line(record, real_us);
    g_autofree char *text = g_strconcat(line, "\n", NULL);
    gssize length = (gssize) strlen(text);
    gboolean failed = write(log->fd, text, (gsize) length) != length;

    if (failed && !log->is_broken) {
        g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE",
                         "the audit log '%s' cannot be written: %s; %s", log->path,
                         g_strerror(errno), line);
    }
    log->is_broken = failed;
}
