/*
 * Writes drover-errors(7), the manual page of all errors, from their catalogue.
 *
 * Runs on the build machine: errors-page >drover-errors.7
 */
#include <stdio.h>

#include "configs/mof/schema.h"
#include "orchestrator/error-catalog.h"
#include "orchestrator/explanation.h"

/* A line of text: mdoc must not take its first character for a request, nor backslashes at all. */
static void
put_text(const char *text)
{
    if (*text == '.' || *text == '\'') {
        fputs("\\&", stdout);
    }
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (c == '\\') {
            fputs("\\e", stdout);
        } else if (c < 0x80) {
            putchar((int) c);
        } else {
            printf("\\[u%04X]", c);
        }
    }
    putchar('\n');
}

static const char *
value_name(const char *property_name, guint value)
{
    const CimClass *klass = cim_schema_find(&drover_schema, "Msvm_Error");
    const CimProperty *property = klass ? cim_class_find_property(klass, property_name) : NULL;
    const char *name = property ? cim_property_value_name(property, value) : NULL;

    return name ? name : "?";
}

static const char *
return_code_name(guint code)
{
    const CimClass *klass = cim_schema_find(&drover_schema, "Msvm_MigrationJob");
    const CimMethod *method = klass ? cim_class_find_method(klass, "GetErrorEx") : NULL;
    const char *name = method ? cim_method_value_name(method, code) : NULL;

    return name ? name : "?";
}

static void
put_values(const DroverErrorInfo *info)
{
    g_autofree char *text = g_strdup_printf(
        "Return code %u (%s), ErrorType %u (%s), ProbableCause %u (%s), PerceivedSeverity %u (%s), "
        "CIMStatusCode %u (%s).",
        info->return_code, return_code_name(info->return_code), info->error_type,
        value_name("ErrorType", info->error_type), info->probable_cause,
        value_name("ProbableCause", info->probable_cause), info->severity,
        value_name("PerceivedSeverity", info->severity), info->cim_status,
        value_name("CIMStatusCode", info->cim_status));

    put_text(text);
}

static void
put_error(DroverFailureKind kind)
{
    const DroverErrorInfo *info = drover_error_info(kind);
    g_autofree char *id = drover_error_message_id(kind);
    g_autofree char *message = drover_error_general_message(kind);
    g_autofree char *by_itself = drover_explanation_by_itself(kind);
    g_auto(GStrv) actions = drover_error_general_actions(kind);

    printf(".Ss %s: %s\n", id, drover_failure_kind_name(kind));
    put_text(message);
    puts(".Bl -tag -width \"What to do\"");
    for (guint i = 0; actions[i]; i++) {
        puts(i ? ".Pp" : ".It What to do");
        put_text(actions[i]);
    }
    puts(".It By itself");
    put_text(by_itself);
    printf("Tried again: %s.\n", drover_error_retried(info));
    puts(".It Values");
    put_values(info);
    puts(".El");
}

static void
put_errors(void)
{
    for (guint number = 1; number < DROVER_ERROR_KINDS; number++) {
        const char *group = drover_explanation_group(number);

        if (group) {
            g_autofree char *title = g_ascii_strup(group, -1);

            printf(".Sh %s\n", title);
        }
        if (drover_error_kind_exists(number)) {
            put_error((DroverFailureKind) number);
        }
    }
}

int
main(void)
{
    puts(".Dd November 21, 2026\n"
         ".Dt DROVER-ERRORS 7\n"
         ".Os drover\n"
         ".Sh NAME\n"
         ".Nm drover-errors\n"
         ".Nd what can go wrong with a move, and what to do about it\n"
         ".Sh DESCRIPTION\n"
         "A job that failed has an\n"
         ".Vt Msvm_Error\n"
         "with a\n"
         ".Va MessageID\n"
         "that never changes its meaning; the job's\n"
         ".Va ErrorCode\n"
         "is the return code.\n"
         ".Cm drover error\n"
         "shows both, with libvirt's own words beside them.\n"
         ".Cm drover explain\n"
         "followed by a MessageID says what stands here.\n"
         ".Pp\n"
         "GUEST, SOURCE, DESTINATION, HOST and NAME stand for what a message names.\n"
         "\"By itself\" is what\n"
         ".Xr droverd 8\n"
         "does without being told to.\n"
         "An error that is tried again is tried as often as the job's attempts allow.");
    put_errors();
    puts(".Sh SEE ALSO\n"
         ".Xr drover 1 ,\n"
         ".Xr virsh 1 ,\n"
         ".Xr drover.conf 5 ,\n"
         ".Xr droverd 8");
    return 0;
}
