#include "backends/libvirt/guest-xml.h"

#include <string.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathObject, xmlXPathFreeObject)

static void
disk_free(gpointer data)
{
    DroverGuestDisk *disk = data;

    g_free(disk->device);
    g_free(disk->path);
    g_free(disk);
}

void
drover_guest_xml_free(DroverGuestXml *guest)
{
    if (!guest) {
        return;
    }
    g_free(guest->name);
    g_free(guest->virt_type);
    g_free(guest->arch);
    g_free(guest->machine);
    g_free(guest->emulator);
    g_free(guest->cpu);
    g_ptr_array_unref(guest->disks);
    g_ptr_array_unref(guest->networks);
    g_ptr_array_unref(guest->bridges);
    g_ptr_array_unref(guest->fixed);
    g_free(guest);
}

/* --- XPath ----------------------------------------------------------------------------------- */

/* NULL: not there, or empty. (transfer full) */
static char *
text_at(xmlXPathContext *context, xmlNode *node, const char *path)
{
    g_autoptr(xmlXPathObject) found = NULL;
    g_autofree char *expression = g_strdup_printf("string(%s)", path);

    context->node = node;
    found = xmlXPathEvalExpression((const xmlChar *) expression, context);
    return found && found->stringval && *found->stringval ? g_strdup((char *) found->stringval)
                                                          : NULL;
}

static gboolean
is_there(xmlXPathContext *context, xmlNode *node, const char *path)
{
    g_autoptr(xmlXPathObject) found = NULL;

    context->node = node;
    found = xmlXPathEvalExpression((const xmlChar *) path, context);
    return found && found->nodesetval && found->nodesetval->nodeNr > 0;
}

typedef void (*NodeFunc)(DroverGuestXml *guest, xmlXPathContext *context, xmlNode *node);

static void
each(DroverGuestXml *guest, xmlXPathContext *context, const char *path, NodeFunc func)
{
    g_autoptr(xmlXPathObject) found = xmlXPathEvalExpression((const xmlChar *) path, context);

    for (int i = 0; found && found->nodesetval && i < found->nodesetval->nodeNr; i++) {
        func(guest, context, found->nodesetval->nodeTab[i]);
    }
}

/* --- the parts ------------------------------------------------------------------------------- */

static void
add_disk(DroverGuestXml *guest, xmlXPathContext *context, xmlNode *node)
{
    DroverGuestDisk *disk = g_new0(DroverGuestDisk, 1);

    disk->device = text_at(context, node, "target/@dev");
    disk->path = text_at(context, node, "source/@file");
    disk->read_only = is_there(context, node, "readonly");
    disk->block_job = is_there(context, node, "mirror");
    disk->transient = is_there(context, node, "transient");
    g_ptr_array_add(guest->disks, disk);
}

static void
add_interface(DroverGuestXml *guest, xmlXPathContext *context, xmlNode *node)
{
    char *network = text_at(context, node, "source/@network");
    char *bridge = network ? NULL : text_at(context, node, "source/@bridge");

    if (network) {
        g_ptr_array_add(guest->networks, network);
    }
    if (bridge) {
        g_ptr_array_add(guest->bridges, bridge);
    }
}

static void
add_fixed(DroverGuestXml *guest, xmlXPathContext *context, xmlNode *node)
{
    char *type = text_at(context, node, "@type");

    g_ptr_array_add(guest->fixed, g_strdup_printf("%s%s%s", (const char *) node->name,
                                                  type ? " " : "", type ? type : ""));
    g_free(type);
}

static char *
cpu_element(xmlDoc *document, xmlXPathContext *context)
{
    g_autoptr(xmlXPathObject) found =
        xmlXPathEvalExpression((const xmlChar *) "/domain/cpu", context);
    xmlBuffer *buffer;
    char *text;

    if (!found || !found->nodesetval || !found->nodesetval->nodeNr) {
        return NULL;
    }
    buffer = xmlBufferCreate();
    xmlNodeDump(buffer, document, found->nodesetval->nodeTab[0], 0, 0);
    text = g_strdup((const char *) xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

static xmlDoc *
parse(const char *xml)
{
    return xmlReadMemory(xml, (int) strlen(xml), NULL, NULL,
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

DroverGuestXml *
drover_guest_xml_parse(const char *xml)
{
    g_autoptr(xmlDoc) document = parse(xml);
    g_autoptr(xmlXPathContext) context = document ? xmlXPathNewContext(document) : NULL;
    g_autofree char *memory = NULL;
    DroverGuestXml *guest;
    xmlNode *root;

    if (!context) {
        return NULL;
    }
    root = xmlDocGetRootElement(document);
    guest = g_new0(DroverGuestXml, 1);
    guest->name = text_at(context, root, "/domain/name");
    guest->virt_type = text_at(context, root, "/domain/@type");
    guest->arch = text_at(context, root, "/domain/os/type/@arch");
    guest->machine = text_at(context, root, "/domain/os/type/@machine");
    guest->emulator = text_at(context, root, "/domain/devices/emulator");
    guest->cpu = cpu_element(document, context);
    memory = text_at(context, root, "/domain/memory"); /* libvirt prints it in KiB */
    guest->memory_kib = memory ? g_ascii_strtoull(memory, NULL, 10) : 0;
    guest->disks = g_ptr_array_new_with_free_func(disk_free);
    guest->networks = g_ptr_array_new_with_free_func(g_free);
    guest->bridges = g_ptr_array_new_with_free_func(g_free);
    guest->fixed = g_ptr_array_new_with_free_func(g_free);
    each(guest, context, "/domain/devices/disk", add_disk);
    each(guest, context, "/domain/devices/interface", add_interface);
    each(guest, context,
         "/domain/devices/hostdev | /domain/devices/filesystem[driver/@type='virtiofs'] | "
         "/domain/devices/interface[@type='hostdev' and not(teaming)] | "
         "/domain/devices/interface[@type='vdpa']",
         add_fixed);
    return guest;
}

char *
drover_pool_xml_path(const char *xml)
{
    g_autoptr(xmlDoc) document = parse(xml);
    g_autoptr(xmlXPathContext) context = document ? xmlXPathNewContext(document) : NULL;

    return context ? text_at(context, xmlDocGetRootElement(document), "/pool/target/path") : NULL;
}
