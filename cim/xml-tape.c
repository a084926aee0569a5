#include "cim/xml-tape.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BYTES = 65536, /* what the parser is fed at a time: it refuses 10 MB at once */
    /* A context remembers every name that it ever saw: one that has seen this many is replaced. */
    MAX_KNOWN_NAMES = 2048,
    KEEP_TEXT_BYTES = 1 << 20, /* a larger text buffer is not kept for the next read */
};

typedef struct {
    guint32 attribute; /* of CimXmlAttribute */
    guint32 text;
} TapeAttribute;

struct _CimXmlTape {
    xmlParserCtxtPtr parser;
    guint max_elements;
    GArray *nodes;      /* of CimXmlNode */
    GArray *attributes; /* of TapeAttribute */
    GString *text;
    guint open[CIM_XML_MAX_DEPTH];
    guint depth;
    GError *failure; /* the first; the rest of the text is not looked at */
};

typedef struct {
    const char *name;
    guint id;
} Word;

/* clang-format off */
/* Both in strcmp() order. */
static const Word elements[] = {
    { "CIM", CIM_XML_CIM },
    { "CLASS", CIM_XML_CLASS },
    { "CLASSNAME", CIM_XML_CLASSNAME },
    { "CLASSPATH", CIM_XML_CLASSPATH },
    { "DECLARATION", CIM_XML_DECLARATION },
    { "DECLGROUP", CIM_XML_DECLGROUP },
    { "DECLGROUP.WITHNAME", CIM_XML_DECLGROUP },
    { "DECLGROUP.WITHPATH", CIM_XML_DECLGROUP },
    { "ERROR", CIM_XML_ERROR_ELEMENT },
    { "HOST", CIM_XML_HOST },
    { "IMETHODCALL", CIM_XML_IMETHODCALL },
    { "IMETHODRESPONSE", CIM_XML_IMETHODRESPONSE },
    { "INSTANCE", CIM_XML_INSTANCE },
    { "INSTANCENAME", CIM_XML_INSTANCENAME },
    { "INSTANCEPATH", CIM_XML_INSTANCEPATH },
    { "IPARAMVALUE", CIM_XML_IPARAMVALUE },
    { "IRETURNVALUE", CIM_XML_IRETURNVALUE },
    { "KEYBINDING", CIM_XML_KEYBINDING },
    { "KEYVALUE", CIM_XML_KEYVALUE },
    { "LOCALCLASSPATH", CIM_XML_LOCALCLASSPATH },
    { "LOCALINSTANCEPATH", CIM_XML_LOCALINSTANCEPATH },
    { "LOCALNAMESPACEPATH", CIM_XML_LOCALNAMESPACEPATH },
    { "MESSAGE", CIM_XML_MESSAGE },
    { "METHODCALL", CIM_XML_METHODCALL },
    { "METHODRESPONSE", CIM_XML_METHODRESPONSE },
    { "MULTIREQ", CIM_XML_MULTIREQ },
    { "NAMESPACE", CIM_XML_NAMESPACE },
    { "NAMESPACEPATH", CIM_XML_NAMESPACEPATH },
    { "OBJECTPATH", CIM_XML_OBJECTPATH },
    { "PARAMVALUE", CIM_XML_PARAMVALUE },
    { "PROPERTY", CIM_XML_PROPERTY },
    { "PROPERTY.ARRAY", CIM_XML_PROPERTY_ARRAY },
    { "PROPERTY.REFERENCE", CIM_XML_PROPERTY_REFERENCE },
    { "QUALIFIER", CIM_XML_QUALIFIER },
    { "RETURNVALUE", CIM_XML_RETURNVALUE },
    { "SIMPLEREQ", CIM_XML_SIMPLEREQ },
    { "SIMPLERSP", CIM_XML_SIMPLERSP },
    { "VALUE", CIM_XML_VALUE },
    { "VALUE.ARRAY", CIM_XML_VALUE_ARRAY },
    { "VALUE.INSTANCEWITHPATH", CIM_XML_VALUE_INSTANCEWITHPATH },
    { "VALUE.NAMEDINSTANCE", CIM_XML_VALUE_NAMEDINSTANCE },
    { "VALUE.NAMEDOBJECT", CIM_XML_VALUE_NAMEDOBJECT },
    { "VALUE.NULL", CIM_XML_VALUE_NULL },
    { "VALUE.OBJECT", CIM_XML_VALUE_OBJECT },
    { "VALUE.OBJECTWITHPATH", CIM_XML_VALUE_OBJECTWITHPATH },
    { "VALUE.REFARRAY", CIM_XML_VALUE_REFARRAY },
    { "VALUE.REFERENCE", CIM_XML_VALUE_REFERENCE },
};

static const Word attributes[] = {
    { "CIMVERSION", CIM_XML_AT_CIMVERSION },
    { "CLASSNAME", CIM_XML_AT_CLASSNAME },
    { "CODE", CIM_XML_AT_CODE },
    { "DESCRIPTION", CIM_XML_AT_DESCRIPTION },
    { "DTDVERSION", CIM_XML_AT_DTDVERSION },
    { "EMBEDDEDOBJECT", CIM_XML_AT_EMBEDDED },
    { "EmbeddedObject", CIM_XML_AT_EMBEDDED },
    { "ID", CIM_XML_AT_ID },
    { "NAME", CIM_XML_AT_NAME },
    { "PARAMTYPE", CIM_XML_AT_PARAMTYPE },
    { "PROTOCOLVERSION", CIM_XML_AT_PROTOCOLVERSION },
    { "TYPE", CIM_XML_AT_TYPE },
    { "VALUETYPE", CIM_XML_AT_VALUETYPE },
};
/* clang-format on */

static int
compare_word(const void *name, const void *word)
{
    return strcmp(name, ((const Word *) word)->name);
}

static const Word *
find_word(const xmlChar *name, const Word *words, gsize n_words)
{
    return bsearch(name, words, n_words, sizeof *words, compare_word);
}

static CimXmlNode *
node_at(const CimXmlTape *tape, guint at)
{
    return &g_array_index(tape->nodes, CimXmlNode, at);
}

static void fail(CimXmlTape *tape, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
fail(CimXmlTape *tape, const char *format, ...)
{
    va_list args;

    if (tape->failure)
        return;
    va_start(args, format);
    tape->failure = g_error_new_valist(CIM_XML_ERROR, CIM_XML_ERROR_NOT_WELL_FORMED, format, args);
    va_end(args);
    xmlStopParser(tape->parser);
}

/* The parser leaves an ampersand in an attribute as "&#38;", for a tree builder to decode later. */
static void
append_attribute_text(GString *text, const char *value, gsize length)
{
    static const char ampersand[] = "&#38;";
    const char *end = value + length;
    const char *at;

    while ((at = memmem(value, end - value, ampersand, strlen(ampersand)))) {
        g_string_append_len(text, value, at + 1 - value);
        value = at + strlen(ampersand);
    }
    g_string_append_len(text, value, end - value);
    g_string_append_c(text, '\0');
}

/* @values: five pointers for each: name, prefix, URI, start and end of the value. */
static guint
append_attributes(CimXmlTape *tape, int n, const xmlChar **values)
{
    guint known = 0;

    for (int i = 0; i < n; i++, values += 5) {
        const Word *word = find_word(values[0], attributes, G_N_ELEMENTS(attributes));
        TapeAttribute attribute;

        if (!word)
            continue;
        attribute = (TapeAttribute){.attribute = word->id, .text = tape->text->len};
        append_attribute_text(tape->text, (const char *) values[3], values[4] - values[3]);
        g_array_append_val(tape->attributes, attribute);
        known++;
    }
    return known;
}

static void
on_start(void *user_data,
         const xmlChar *name,
         const xmlChar *prefix,
         const xmlChar *uri,
         int n_namespaces,
         const xmlChar **namespaces,
         int n_attributes,
         int n_defaulted,
         const xmlChar **values)
{
    CimXmlTape *tape = user_data;
    const Word *word = prefix ? NULL : find_word(name, elements, G_N_ELEMENTS(elements));
    CimXmlNode node = {.element = word ? word->id : CIM_XML_UNKNOWN,
                       .attribute = tape->attributes->len};

    if (tape->failure)
        return;
    if (tape->depth == CIM_XML_MAX_DEPTH) {
        fail(tape, "more than %d elements in each other", CIM_XML_MAX_DEPTH);
        return;
    }
    if (tape->nodes->len == tape->max_elements) {
        fail(tape, "more than %u elements", tape->max_elements);
        return;
    }
    node.n_attributes = append_attributes(tape, n_attributes, values);
    node.text = tape->text->len;
    tape->open[tape->depth++] = tape->nodes->len;
    g_array_append_val(tape->nodes, node);
}

static gboolean
holds_text(CimXmlElement element)
{
    return element == CIM_XML_VALUE || element == CIM_XML_KEYVALUE || element == CIM_XML_HOST;
}

static void
on_end(void *user_data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    CimXmlTape *tape = user_data;
    CimXmlNode *node;

    if (tape->failure || tape->depth == 0)
        return;
    node = node_at(tape, tape->open[--tape->depth]);
    node->end = tape->nodes->len;
    if (!holds_text(node->element))
        return;
    if (node->end != tape->open[tape->depth] + 1) {
        fail(tape, "elements where only text belongs");
        return;
    }
    node->text_length = tape->text->len - node->text;
    g_string_append_c(tape->text, '\0');
}

static void
on_text(void *user_data, const xmlChar *text, int length)
{
    CimXmlTape *tape = user_data;

    if (!tape->failure && tape->depth > 0 &&
        holds_text(node_at(tape, tape->open[tape->depth - 1])->element))
        g_string_append_len(tape->text, (const char *) text, length);
}

static void
on_doctype(void *user_data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    fail(user_data, "a document type");
}

static void
on_error(void *user_data, xmlErrorPtr error)
{
    CimXmlTape *tape = user_data;

    if (error->level >= XML_ERR_ERROR)
        fail(tape, "not well-formed at line %d (libxml2 error %d)", error->line, error->code);
}

static xmlParserInputPtr
refuse_entity(const char *url, const char *id, xmlParserCtxtPtr parser)
{
    return NULL;
}

static void
prepare_library(void)
{
    static gsize done;

    if (!g_once_init_enter(&done))
        return;
    xmlInitParser();
    xmlSetExternalEntityLoader(refuse_entity);
    g_once_init_leave(&done, 1);
}

static xmlParserCtxtPtr
new_parser(CimXmlTape *tape)
{
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text, /* the same: no guesses about blanks */
        .cdataBlock = on_text,
        .internalSubset = on_doctype,
        .serror = on_error,
    };

    prepare_library();
    return xmlCreatePushParserCtxt(&sax, tape, NULL, 0, NULL);
}

CimXmlTape *
cim_xml_tape_new(guint max_elements)
{
    CimXmlTape *tape = g_new0(CimXmlTape, 1);

    tape->max_elements = max_elements;
    tape->nodes = g_array_sized_new(FALSE, FALSE, sizeof(CimXmlNode), 64);
    tape->attributes = g_array_sized_new(FALSE, FALSE, sizeof(TapeAttribute), 64);
    tape->text = g_string_sized_new(2048);
    return tape;
}

void
cim_xml_tape_free(CimXmlTape *tape)
{
    if (!tape)
        return;
    if (tape->parser)
        xmlFreeParserCtxt(tape->parser);
    g_array_unref(tape->nodes);
    g_array_unref(tape->attributes);
    g_string_free(tape->text, TRUE);
    g_clear_error(&tape->failure);
    g_free(tape);
}

static void
shrink(CimXmlTape *tape)
{
    if (tape->text->allocated_len <= KEEP_TEXT_BYTES)
        return;
    g_string_free(tape->text, TRUE);
    tape->text = g_string_sized_new(2048);
}

static void
reset(CimXmlTape *tape)
{
    shrink(tape);
    g_string_truncate(tape->text, 0);
    g_array_set_size(tape->nodes, 0);
    g_array_set_size(tape->attributes, 0);
    tape->depth = 0;
    if (tape->parser && xmlDictSize(tape->parser->dict) > MAX_KNOWN_NAMES) {
        xmlFreeParserCtxt(tape->parser);
        tape->parser = NULL;
    }
    if (!tape->parser)
        tape->parser = new_parser(tape);
    else
        xmlCtxtResetPush(tape->parser, NULL, 0, NULL, NULL);
    /* A reset forgets the options.  Never NOENT, DTD*, XINCLUDE, HUGE or RECOVER. */
    xmlCtxtUseOptions(tape->parser, XML_PARSE_NONET | XML_PARSE_NOCDATA);
}

static void
parse(CimXmlTape *tape, const char *text, gsize length)
{
    do {
        int size = MIN(length, CHUNK_BYTES);

        length -= size;
        xmlParseChunk(tape->parser, text, size, length == 0);
        text += size;
    } while (length > 0 && !tape->failure);
}

gboolean
cim_xml_tape_read(CimXmlTape *tape, const char *text, gsize length, GError **error)
{
    if (!cim_xml_scan(text, length, error))
        return FALSE;
    reset(tape);
    parse(tape, text, length);
    if (!tape->failure && (!tape->parser->wellFormed || tape->nodes->len == 0))
        fail(tape, "no XML");
    if (tape->failure) {
        g_propagate_error(error, g_steal_pointer(&tape->failure));
        return FALSE;
    }
    return TRUE;
}

guint
cim_xml_tape_length(const CimXmlTape *tape)
{
    return tape->nodes->len;
}

const CimXmlNode *
cim_xml_tape_node(const CimXmlTape *tape, guint at)
{
    return node_at(tape, at);
}

const char *
cim_xml_tape_attribute(const CimXmlTape *tape, guint at, CimXmlAttribute attribute)
{
    const CimXmlNode *node = node_at(tape, at);

    for (guint i = 0; i < node->n_attributes; i++) {
        const TapeAttribute *found =
            &g_array_index(tape->attributes, TapeAttribute, node->attribute + i);

        if (found->attribute == (guint32) attribute)
            return tape->text->str + found->text;
    }
    return NULL;
}

const char *
cim_xml_tape_text(const CimXmlTape *tape, guint at, gsize *length)
{
    const CimXmlNode *node = node_at(tape, at);

    if (length)
        *length = node->text_length;
    return tape->text->str + node->text;
}

guint
cim_xml_tape_child(const CimXmlTape *tape, guint at, CimXmlElement element)
{
    CIM_XML_FOREACH_CHILD(tape, at, child)
    {
        if (node_at(tape, child)->element == element)
            return child;
    }
    return 0;
}
