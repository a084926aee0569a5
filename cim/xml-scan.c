#include "cim/xml-scan.h"

#include <string.h>

G_DEFINE_QUARK(cim - xml - error - quark, cim_xml_error)

typedef struct {
    const char *start;
    const char *at;
    const char *end;
    GError **error;
} Scan;

static gboolean
refuse(Scan *scan, const char *what)
{
    g_set_error(scan->error, CIM_XML_ERROR, CIM_XML_ERROR_NOT_WELL_FORMED, "%s at byte %zu", what,
                (gsize) (scan->at - scan->start));
    return FALSE;
}

static gboolean
starts_with(const Scan *scan, const char *token)
{
    gsize length = strlen(token);

    return (gsize) (scan->end - scan->at) >= length && memcmp(scan->at, token, length) == 0;
}

/* Moves behind the next @token. */
static gboolean
skip_past(Scan *scan, const char *token, const char *what)
{
    const char *found = memmem(scan->at, scan->end - scan->at, token, strlen(token));

    if (!found)
        return refuse(scan, what);
    scan->at = found + strlen(token);
    return TRUE;
}

/* Only the bytes of ASCII and UTF-8 are read as written; any other declared encoding would let the
 * parser see another text than this scan did. */
static gboolean
check_declaration(Scan *scan)
{
    static const char *const accepted[] = {"utf-8", "utf8", "us-ascii"};
    const char *end = memmem(scan->at, scan->end - scan->at, "?>", 2);
    const char *name = end ? memmem(scan->at, end - scan->at, "encoding", 8) : NULL;

    if (!name)
        return TRUE;
    name += strlen("encoding");
    name += strspn(name, " \t\r\n=\"'");
    for (guint i = 0; i < G_N_ELEMENTS(accepted); i++) {
        gsize length = strlen(accepted[i]);

        if (name + length < end && g_ascii_strncasecmp(name, accepted[i], length) == 0 &&
            strchr("\"'", name[length]))
            return TRUE;
    }
    return refuse(scan, "an encoding other than UTF-8");
}

static gboolean
scan_tag(Scan *scan)
{
    const char *limit = scan->at + MIN(scan->end - scan->at, CIM_XML_MAX_TAG_BYTES);
    guint n_attributes = 0;

    for (const char *at = scan->at; at < limit; at++) {
        if (*at == '>') {
            scan->at = at + 1;
            return TRUE;
        }
        if (*at != '"' && *at != '\'')
            continue;
        if (++n_attributes > CIM_XML_MAX_ATTRIBUTES)
            return refuse(scan, "a tag with too many attributes");
        at = memchr(at + 1, *at, limit - at - 1);
        if (!at)
            break;
    }
    return refuse(scan, limit == scan->end ? "a tag without end" : "a tag that is too long");
}

static gboolean
scan_markup(Scan *scan)
{
    if (starts_with(scan, "<!--"))
        return skip_past(scan, "-->", "a comment without end");
    if (starts_with(scan, "<![CDATA["))
        return skip_past(scan, "]]>", "a CDATA section without end");
    if (starts_with(scan, "<!"))
        return refuse(scan, "a document type or declaration");
    if (starts_with(scan, "<?xml") && !check_declaration(scan))
        return FALSE;
    if (starts_with(scan, "<?"))
        return skip_past(scan, "?>", "a processing instruction without end");
    return scan_tag(scan);
}

static gboolean
has_utf16_mark(const char *text, gsize length)
{
    return length >= 2 && (memcmp(text, "\xfe\xff", 2) == 0 || memcmp(text, "\xff\xfe", 2) == 0);
}

gboolean
cim_xml_scan(const char *text, gsize length, GError **error)
{
    Scan scan = {.start = text, .at = text, .end = text + length, .error = error};
    const char *nul = length ? memchr(text, '\0', length) : NULL;

    if (has_utf16_mark(text, length))
        return refuse(&scan, "UTF-16 text");
    if (nul) {
        scan.at = nul;
        return refuse(&scan, "a NUL");
    }
    while (scan.at < scan.end && (scan.at = memchr(scan.at, '<', scan.end - scan.at)))
        if (!scan_markup(&scan))
            return FALSE;
    return TRUE;
}
