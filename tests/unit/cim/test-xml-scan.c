#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/xml-scan.h"

/* clang-format off */
static const char *const accepted[] = {
    "",
    "<a/>",
    "<?xml version=\"1.0\" encoding=\"utf-8\" ?><a b='>' c=\"'\">x</a>",
    "<?xml version='1.0' encoding='UTF-8'?><a/>",
    "<?xml version='1.0' encoding = 'US-ASCII' ?><a/>",
    "<?xml version='1.0'?><a/>",
    "\xef\xbb\xbf<a/>",
    "<a><!-- <!DOCTYPE x> --></a>",
    "<a><![CDATA[<!ENTITY x>]]></a>",
    "<a b='<!DOCTYPE'/>", /* the parser's business */
};

static const struct { const char *text; const char *words; } refused[] = {
    { "<!DOCTYPE x><a/>", "document type" },
    { "<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a 'b'>]><a>&a;</a>", "document type" },
    { "<a><!ENTITY x 'y'></a>", "document type" },
    { "<?xml version='1.0' encoding='utf-16'?><a/>", "encoding" },
    { "<?xml version='1.0' encoding='utf-8x'?><a/>", "encoding" },
    { "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "encoding" },
    { "\xff\xfe<", "UTF-16" },
    { "\xfe\xff<", "UTF-16" },
    { "<a", "without end" },
    { "<a b='", "without end" },
    { "<!-- x", "comment" },
    { "<![CDATA[x", "CDATA" },
    { "<?x", "instruction" },
    { "<a 1='' 2='' 3='' 4='' 5='' 6='' 7='' 8='' 9='' a='' b='' c='' d='' e='' f='' g='' h=''/>", "attributes" },
};
/* clang-format on */

START_TEST(harmless_text_passes)
{
    g_autoptr(GError) error = NULL;

    ck_assert(cim_xml_scan(accepted[_i], strlen(accepted[_i]), &error));
    ck_assert_ptr_null(error);
}
END_TEST

START_TEST(costly_or_foreign_text_is_refused_without_repeating_it)
{
    g_autoptr(GError) error = NULL;

    ck_assert(!cim_xml_scan(refused[_i].text, strlen(refused[_i].text), &error));
    ck_assert(g_error_matches(error, CIM_XML_ERROR, CIM_XML_ERROR_NOT_WELL_FORMED));
    assert_contains(error->message, refused[_i].words);
}
END_TEST

START_TEST(a_nul_is_refused_wherever_it_stands)
{
    const char text[] = "<a>x</a>";

    for (gsize at = 0; at < sizeof text - 1; at++) {
        g_autofree char *copy = g_strndup(text, sizeof text - 1);

        copy[at] = '\0';
        ck_assert(!cim_xml_scan(copy, sizeof text - 1, NULL));
    }
}
END_TEST

/* Every cut of a text ends in an answer, within its bounds (under ASan). */
START_TEST(no_cut_makes_it_read_on)
{
    const char *text = refused[_i].text;

    for (gsize length = 0; length < strlen(text); length++) {
        g_autofree char *exact = g_memdup2(text, length);

        cim_xml_scan(exact, length, NULL);
    }
}
END_TEST

START_TEST(a_tag_has_its_bounds)
{
    g_autoptr(GString) text = g_string_new("<a b='");

    while (text->len < CIM_XML_MAX_TAG_BYTES - 3)
        g_string_append_c(text, 'x');
    g_string_append(text, "'/>");
    ck_assert_uint_eq(text->len, CIM_XML_MAX_TAG_BYTES);
    ck_assert(cim_xml_scan(text->str, text->len, NULL));
    g_string_insert_c(text, 6, 'x');
    ck_assert(!cim_xml_scan(text->str, text->len, NULL));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("xml-scan");
    TCase *tcase = tcase_create("scan");

    tcase_add_loop_test(tcase, harmless_text_passes, 0, G_N_ELEMENTS(accepted));
    tcase_add_loop_test(tcase, costly_or_foreign_text_is_refused_without_repeating_it, 0,
                        G_N_ELEMENTS(refused));
    tcase_add_test(tcase, a_nul_is_refused_wherever_it_stands);
    tcase_add_loop_test(tcase, no_cut_makes_it_read_on, 0, G_N_ELEMENTS(refused));
    tcase_add_test(tcase, a_tag_has_its_bounds);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
