#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/xml-tape.h"

static CimXmlTape *
read_text(const char *text)
{
    CimXmlTape *tape = cim_xml_tape_new(100);
    g_autoptr(GError) error = NULL;

    ck_assert_msg(cim_xml_tape_read(tape, text, strlen(text), &error), "%s",
                  error ? error->message : "");
    return tape;
}

START_TEST(elements_lie_in_order_with_their_ends)
{
    g_autoptr(CimXmlTape) tape =
        read_text("<CIM><MESSAGE ID='7'><VALUE>x</VALUE><OTHER/></MESSAGE><ERROR/></CIM>");

    ck_assert_uint_eq(cim_xml_tape_length(tape), 5);
    ck_assert_uint_eq(cim_xml_tape_node(tape, 0)->end, 5);
    ck_assert_uint_eq(cim_xml_tape_node(tape, 1)->end, 4);
    ck_assert_uint_eq(cim_xml_tape_node(tape, 3)->element, CIM_XML_UNKNOWN);
    ck_assert_uint_eq(cim_xml_tape_child(tape, 0, CIM_XML_ERROR_ELEMENT), 4);
    ck_assert_uint_eq(cim_xml_tape_child(tape, 1, CIM_XML_VALUE), 2);
    ck_assert_uint_eq(cim_xml_tape_child(tape, 0, CIM_XML_VALUE), 0);
    ck_assert_str_eq(cim_xml_tape_attribute(tape, 1, CIM_XML_AT_ID), "7");
    ck_assert_ptr_null(cim_xml_tape_attribute(tape, 1, CIM_XML_AT_NAME));
}
END_TEST

/* clang-format off */
static const struct { const char *xml; const char *text; } texts[] = {
    { "<VALUE/>", "" },
    { "<VALUE></VALUE>", "" },
    { "<VALUE> a b\n</VALUE>", " a b\n" },
    { "<VALUE>&lt;&amp;&gt;&quot;&apos;</VALUE>", "<&>\"'" },
    { "<VALUE>&#65;&#x42;</VALUE>", "AB" },
    { "<VALUE>a<![CDATA[<b>&amp;]]>c</VALUE>", "a<b>&amp;c" },
    { "<VALUE>a<!-- no -->b<?no no?>c</VALUE>", "abc" },
    { "<VALUE>\xc3\xa4</VALUE>", "\xc3\xa4" },
    { "\xef\xbb\xbf<VALUE>x</VALUE>", "x" },
};

static const struct { const char *xml; const char *text; } attributes[] = {
    { "<X NAME='a&amp;b&#38;c'/>", "a&b&c" },
    { "<X NAME='&lt;&quot;&gt;'/>", "<\">" },
    { "<X NAME='&amp;#38;'/>", "&#38;" },
    { "<X NAME='&amp;lt;'/>", "&lt;" },
    { "<X NAME=''/>", "" },
};

static const char *const malformed[] = {
    "", " ", "x", "<", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "<a b/>", "<a b='1' b='2'/>", "<a>&x;</a>", "<a>&#0;</a>",
    "<a>\x01</a>", "<a>\xff</a>", "<a b='<'/>", "<a b='&x;'/>", "<VALUE><VALUE/></VALUE>", "<a xmlns:b='c'><d:e/></a>",
    "<VALUE>\xed\xa0\x80</VALUE>", "<?xml version='1.0'?><?xml version='1.0'?><a/>", "<a><![CDATA[]]></a>]]>",
};
/* clang-format on */

START_TEST(text_comes_decoded)
{
    g_autoptr(CimXmlTape) tape = read_text(texts[_i].xml);
    gsize length;

    ck_assert_str_eq(cim_xml_tape_text(tape, 0, &length), texts[_i].text);
    ck_assert_uint_eq(length, strlen(texts[_i].text));
}
END_TEST

START_TEST(attributes_come_decoded)
{
    g_autoptr(CimXmlTape) tape = read_text(attributes[_i].xml);

    ck_assert_str_eq(cim_xml_tape_attribute(tape, 0, CIM_XML_AT_NAME), attributes[_i].text);
}
END_TEST

START_TEST(malformed_text_is_refused_and_the_tape_lives_on)
{
    g_autoptr(CimXmlTape) tape = cim_xml_tape_new(100);
    g_autoptr(GError) error = NULL;

    ck_assert(!cim_xml_tape_read(tape, malformed[_i], strlen(malformed[_i]), &error));
    ck_assert(g_error_matches(error, CIM_XML_ERROR, CIM_XML_ERROR_NOT_WELL_FORMED));
    ck_assert(cim_xml_tape_read(tape, "<VALUE>x</VALUE>", 16, NULL));
    ck_assert_str_eq(cim_xml_tape_text(tape, 0, NULL), "x");
}
END_TEST

static char *
nest(guint depth)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < depth; i++)
        g_string_append(text, "<a>");
    for (guint i = 0; i < depth; i++)
        g_string_append(text, "</a>");
    return g_string_free(text, FALSE);
}

START_TEST(depth_is_bounded)
{
    g_autoptr(CimXmlTape) tape = cim_xml_tape_new(1000000);
    g_autofree char *fits = nest(CIM_XML_MAX_DEPTH);
    g_autofree char *too_deep = nest(CIM_XML_MAX_DEPTH + 1);
    g_autofree char *absurd = nest(100000);

    ck_assert(cim_xml_tape_read(tape, fits, strlen(fits), NULL));
    ck_assert(!cim_xml_tape_read(tape, too_deep, strlen(too_deep), NULL));
    ck_assert(!cim_xml_tape_read(tape, absurd, strlen(absurd), NULL));
}
END_TEST

START_TEST(elements_are_counted)
{
    g_autoptr(CimXmlTape) tape = cim_xml_tape_new(3);

    ck_assert(cim_xml_tape_read(tape, "<a><b/><c/></a>", 15, NULL));
    ck_assert(!cim_xml_tape_read(tape, "<a><b/><c/><d/></a>", 19, NULL));
}
END_TEST

/* A context that remembers all names ever seen must not grow for ever. */
START_TEST(new_names_in_every_text_do_not_pile_up)
{
    g_autoptr(CimXmlTape) tape = cim_xml_tape_new(100);

    for (guint i = 0; i < 10000; i++) {
        g_autofree char *text = g_strdup_printf("<e%u a%u='1'/>", i, i);

        ck_assert(cim_xml_tape_read(tape, text, strlen(text), NULL));
    }
}
END_TEST

START_TEST(large_text_is_read_in_pieces)
{
    g_autoptr(CimXmlTape) tape = cim_xml_tape_new(200000);
    g_autoptr(GString) text = g_string_new("<CIM>");
    gsize length;

    for (guint i = 0; i < 100000; i++)
        g_string_append(text,
                        "<VALUE>some text and an &amp; entity, then some more of it, and so on"
                        " until the line is really long enough for this</VALUE>");
    g_string_append(text, "</CIM>");
    ck_assert_uint_gt(text->len, 10000000);
    ck_assert(cim_xml_tape_read(tape, text->str, text->len, NULL));
    ck_assert_uint_eq(cim_xml_tape_length(tape), 100001);
    ck_assert(g_str_has_prefix(cim_xml_tape_text(tape, 100000, &length), "some text and an & ent"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("xml-tape");
    TCase *tcase = tcase_create("tape");

    tcase_add_test(tcase, elements_lie_in_order_with_their_ends);
    tcase_add_loop_test(tcase, text_comes_decoded, 0, G_N_ELEMENTS(texts));
    tcase_add_loop_test(tcase, attributes_come_decoded, 0, G_N_ELEMENTS(attributes));
    tcase_add_loop_test(tcase, malformed_text_is_refused_and_the_tape_lives_on, 0,
                        G_N_ELEMENTS(malformed));
    tcase_add_test(tcase, depth_is_bounded);
    tcase_add_test(tcase, elements_are_counted);
    tcase_add_test(tcase, new_names_in_every_text_do_not_pile_up);
    tcase_add_test(tcase, large_text_is_read_in_pieces);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
