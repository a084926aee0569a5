#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/xml-tape.h"
#include "cim/xml-write.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* clang-format off */
static const struct { const char *text; const char *xml; } escapes[] = {
    { "", "" },
    { "plain text", "plain text" },
    { "a<b>c&d\"e'f", "a&lt;b&gt;c&amp;d&quot;e'f" },
    { "\t\n\r", "&#9;&#10;&#13;" },
    { "\x01\x1f\x7f", REPLACEMENT REPLACEMENT "\x7f" },
    { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "\xff\xc3", REPLACEMENT REPLACEMENT },
    { "\xc0\x80", REPLACEMENT REPLACEMENT },                     /* overlong */
    { "\xed\xa0\x80", REPLACEMENT REPLACEMENT REPLACEMENT },     /* surrogate */
    { "\xef\xbf\xbe", REPLACEMENT REPLACEMENT REPLACEMENT },     /* U+FFFE */
    { "x\xe2\x82", "x" REPLACEMENT REPLACEMENT },                /* cut off */
};
/* clang-format on */

START_TEST(whatever_the_text_xml_can_hold_it)
{
    g_autoptr(GString) xml = g_string_new(NULL);

    cim_xml_append_escaped(xml, escapes[_i].text, strlen(escapes[_i].text));
    ck_assert_str_eq(xml->str, escapes[_i].xml);
}
END_TEST

/* Any two bytes, NUL among them, come out as text that the parser takes. */
START_TEST(no_bytes_make_malformed_text)
{
    g_autoptr(CimXmlTape) tape = cim_xml_tape_new(10);
    g_autoptr(GString) xml = g_string_new(NULL);

    for (guint second = 0; second < 256; second++) {
        char bytes[2] = {(char) _i, (char) second};

        g_string_assign(xml, "<VALUE");
        g_string_append(xml, " NAME=\"");
        cim_xml_append_escaped(xml, bytes, sizeof bytes);
        g_string_append(xml, "\">");
        cim_xml_append_escaped(xml, bytes, sizeof bytes);
        g_string_append(xml, "</VALUE>");
        ck_assert_msg(cim_xml_tape_read(tape, xml->str, xml->len, NULL), "bytes %d %u", _i, second);
        ck_assert_str_eq(cim_xml_tape_text(tape, 0, NULL),
                         cim_xml_tape_attribute(tape, 0, CIM_XML_AT_NAME));
        if (_i >= ' ' && _i < 0x80 && second >= ' ' && second < 0x80)
            ck_assert_mem_eq(cim_xml_tape_text(tape, 0, NULL), bytes, 2);
    }
}
END_TEST

static void
assert_value(const CimValue *value, const char *expected)
{
    g_autoptr(GString) xml = g_string_new(NULL);

    cim_xml_append_value(xml, value);
    ck_assert_str_eq(xml->str, expected);
}

START_TEST(null_is_nothing_and_an_empty_array_is_not_null)
{
    g_auto(CimValue) value = {0};

    cim_value_init(&value, CIM_TYPE_STRING, FALSE);
    assert_value(&value, "");
    cim_value_init(&value, CIM_TYPE_STRING, TRUE);
    assert_value(&value, "");
    cim_value_make_array(&value, 0);
    assert_value(&value, "<VALUE.ARRAY></VALUE.ARRAY>");
}
END_TEST

START_TEST(arrays_keep_their_null_elements)
{
    g_auto(CimValue) value = {0};
    CimValue *elements;

    cim_value_init(&value, CIM_TYPE_UINT16, TRUE);
    elements = cim_value_make_array(&value, 3);
    cim_value_set_uint(&elements[0], 2);
    cim_value_set_uint(&elements[2], 65535);
    assert_value(&value, "<VALUE.ARRAY><VALUE>2</VALUE><VALUE.NULL/><VALUE>65535</VALUE>"
                         "</VALUE.ARRAY>");
}
END_TEST

/* clang-format off */
static const struct { const char *host; const char *name_space; gboolean keyed; const char *xml; } paths[] = {
    { NULL, NULL, TRUE, "<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"K\"><KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">"
      "a&amp;b</KEYVALUE></KEYBINDING></INSTANCENAME>" },
    { NULL, "root/v2", TRUE, "<LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"v2\"/></LOCALNAMESPACEPATH>"
      "<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"K\"><KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">a&amp;b</KEYVALUE></KEYBINDING>"
      "</INSTANCENAME></LOCALINSTANCEPATH>" },
    { "h", "/root/", FALSE, "<CLASSPATH><NAMESPACEPATH><HOST>h</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/></LOCALNAMESPACEPATH>"
      "</NAMESPACEPATH><CLASSNAME NAME=\"C\"/></CLASSPATH>" },
    { NULL, NULL, FALSE, "<CLASSNAME NAME=\"C\"/>" },
};
/* clang-format on */

START_TEST(a_path_is_written_with_what_it_knows)
{
    g_autoptr(CimPath) path = cim_path_new(paths[_i].name_space, "C");
    g_autoptr(GString) xml = g_string_new(NULL);

    path->host = g_strdup(paths[_i].host);
    if (paths[_i].keyed)
        cim_path_add_string_key(path, "K", "a&b");
    cim_xml_append_path(xml, path);
    ck_assert_str_eq(xml->str, paths[_i].xml);
}
END_TEST

START_TEST(keys_name_their_types)
{
    g_autoptr(GString) xml = g_string_new(NULL);
    CimValue value;

    cim_value_init(&value, CIM_TYPE_UINT16, FALSE);
    cim_value_set_uint(&value, 7);
    cim_xml_append_key(xml, "N", &value);
    cim_value_init(&value, CIM_TYPE_BOOLEAN, FALSE);
    cim_value_set_boolean(&value, TRUE);
    cim_xml_append_key(xml, "B", &value);
    ck_assert_str_eq(xml->str,
                     "<KEYBINDING NAME=\"N\"><KEYVALUE VALUETYPE=\"numeric\" TYPE=\"uint16\">7"
                     "</KEYVALUE></KEYBINDING><KEYBINDING NAME=\"B\"><KEYVALUE "
                     "VALUETYPE=\"boolean\" TYPE=\"boolean\">TRUE</KEYVALUE></KEYBINDING>");
}
END_TEST

START_TEST(an_embedded_instance_is_escaped_once_for_each_level)
{
    g_autoptr(CimInstance) inner = cim_instance_new("I");
    g_autoptr(CimInstance) outer = cim_instance_new("O");
    g_autoptr(GString) xml = g_string_new(NULL);
    CimValue value;

    cim_instance_set_string(inner, "S", "<");
    cim_value_init(&value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_set_instance(&value, inner);
    cim_instance_take(outer, "E", &value);
    cim_xml_append_instance(xml, outer);
    ck_assert_str_eq(
        xml->str, "<INSTANCE CLASSNAME=\"O\"><PROPERTY NAME=\"E\" TYPE=\"string\" "
                  "EmbeddedObject=\"instance\">"
                  "<VALUE>&lt;INSTANCE CLASSNAME=&quot;I&quot;&gt;&lt;PROPERTY NAME=&quot;S&quot; "
                  "TYPE=&quot;string&quot;&gt;&lt;VALUE&gt;&amp;lt;&lt;/VALUE&gt;&lt;/PROPERTY&gt;"
                  "&lt;/INSTANCE&gt;</VALUE></PROPERTY></INSTANCE>");
}
END_TEST

START_TEST(a_null_parameter_keeps_its_attributes_and_both_tags)
{
    g_autoptr(GString) xml = g_string_new(NULL);
    CimValue value;

    cim_value_init(&value, CIM_TYPE_INSTANCE, FALSE);
    cim_xml_append_parameter(xml, "Error", &value);
    ck_assert_str_eq(xml->str, "<PARAMVALUE NAME=\"Error\" PARAMTYPE=\"string\" "
                               "EmbeddedObject=\"instance\"></PARAMVALUE>");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("xml-write");
    TCase *tcase = tcase_create("write");

    tcase_add_loop_test(tcase, whatever_the_text_xml_can_hold_it, 0, G_N_ELEMENTS(escapes));
    tcase_add_loop_test(tcase, no_bytes_make_malformed_text, 0, 256);
    tcase_add_test(tcase, null_is_nothing_and_an_empty_array_is_not_null);
    tcase_add_test(tcase, arrays_keep_their_null_elements);
    tcase_add_loop_test(tcase, a_path_is_written_with_what_it_knows, 0, G_N_ELEMENTS(paths));
    tcase_add_test(tcase, keys_name_their_types);
    tcase_add_test(tcase, an_embedded_instance_is_escaped_once_for_each_level);
    tcase_add_test(tcase, a_null_parameter_keeps_its_attributes_and_both_tags);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
