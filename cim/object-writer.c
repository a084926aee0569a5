#include "cim/object-writer.h"

#include "cim/xml-write.h"

typedef enum { NO_PATH, NAME, PATH } PathForm;

/* clang-format off */
static const struct {
    const char *open;
    PathForm path;
    gboolean with_instance;
    const char *close;
} forms[] = {
    [CIM_FORM_INSTANCE]           = { "", NO_PATH, TRUE, "" },
    [CIM_FORM_INSTANCE_NAME]      = { "", NAME, FALSE, "" },
    [CIM_FORM_INSTANCE_PATH]      = { "", PATH, FALSE, "" },
    [CIM_FORM_NAMED_INSTANCE]     = { "<VALUE.NAMEDINSTANCE>", NAME, TRUE, "</VALUE.NAMEDINSTANCE>" },
    [CIM_FORM_INSTANCE_WITH_PATH] = { "<VALUE.INSTANCEWITHPATH>", PATH, TRUE, "</VALUE.INSTANCEWITHPATH>" },
    [CIM_FORM_OBJECT]             = { "<VALUE.OBJECT>", NO_PATH, TRUE, "</VALUE.OBJECT>" },
    [CIM_FORM_OBJECT_PATH]        = { "<OBJECTPATH>", PATH, FALSE, "</OBJECTPATH>" },
    [CIM_FORM_OBJECT_WITH_PATH]   = { "<VALUE.OBJECTWITHPATH>", PATH, TRUE, "</VALUE.OBJECTWITHPATH>" },
};
/* clang-format on */

struct _CimObjectWriter {
    CimObjectForm form;
    char **properties;
    const CimClass *shape;
    gboolean with_origin;
    GHashTable *selections; /* CimClass to CimSelection */
    const CimClass *last;   /* class of the last object, most often that of the next, too */
    const CimSelection *last_selection;
};

static void
selection_free(gpointer data)
{
    cim_selection_clear(data);
    g_free(data);
}

CimObjectWriter *
cim_object_writer_new(CimObjectForm form, const CimObjectChoice *choice)
{
    CimObjectWriter *writer = g_new0(CimObjectWriter, 1);

    writer->form = form;
    writer->properties = g_strdupv((char **) choice->properties);
    writer->shape = choice->shape;
    writer->with_origin = choice->with_origin;
    writer->selections = g_hash_table_new_full(NULL, NULL, NULL, selection_free);
    return writer;
}

void
cim_object_writer_free(CimObjectWriter *writer)
{
    if (!writer)
        return;
    g_hash_table_unref(writer->selections);
    g_strfreev(writer->properties);
    g_free(writer);
}

static const CimSelection *
select_for(CimObjectWriter *writer, const CimClass *klass)
{
    CimSelection *selection;

    if (klass == writer->last)
        return writer->last_selection;
    selection = g_hash_table_lookup(writer->selections, klass);
    if (!selection) {
        selection = g_new(CimSelection, 1);
        cim_selection_init(selection, klass, (const char *const *) writer->properties,
                           writer->shape, writer->with_origin);
        g_hash_table_insert(writer->selections, (gpointer) klass, selection);
    }
    writer->last = klass;
    writer->last_selection = selection;
    return selection;
}

void
cim_object_writer_append(CimObjectWriter *writer,
                         const CimBinding *binding,
                         gconstpointer object,
                         GString *xml)
{
    CimObjectForm form = writer->form;

    g_string_append(xml, forms[form].open);
    if (forms[form].path == NAME)
        cim_binding_append_name(binding, object, xml);
    else if (forms[form].path == PATH)
        cim_binding_append_path(binding, object, xml);
    if (forms[form].with_instance)
        cim_binding_append_instance(binding, object, select_for(writer, binding->klass), xml);
    g_string_append(xml, forms[form].close);
}
