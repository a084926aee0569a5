#include "cim/xml-instance.h"

#include "cim/xml-read.h"
#include "cim/xml-write.h"

static const CimXmlBudget budget = {.max_elements = 8192, .max_embedded_bytes = 1 << 20};

char *
cim_instance_to_xml(const CimInstance *instance)
{
    GString *xml = g_string_sized_new(1024);

    cim_xml_append_instance(xml, instance);
    return g_string_free(xml, FALSE);
}

CimInstance *
cim_instance_from_xml(const char *text, gsize length, const CimSchema *schema, GError **error)
{
    g_autoptr(CimXmlReader) reader = cim_xml_reader_new(schema, &budget);

    return cim_xml_read_embedded(reader, text, length, error);
}
