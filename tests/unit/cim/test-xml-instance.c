#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/error.h"
#include "cim/xml-instance.h"

static CimInstance *
from_xml(const char *text)
{
    g_autoptr(GError) error = NULL;
    CimInstance *instance = cim_instance_from_xml(text, strlen(text), NULL, &error);

    ck_assert_msg(instance != NULL, "%s", error ? error->message : "");
    return instance;
}

static void
assert_refused(const char *text, int code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CimInstance) instance = cim_instance_from_xml(text, strlen(text), NULL, &error);

    ck_assert_ptr_null(instance);
    ck_assert_msg(g_error_matches(error, CIM_ERROR, code), "%s", error->message);
}

static void
add_all_types(CimInstance *instance)
{
    /* clang-format off */
    static const struct { CimType type; const char *text; } values[] = {
        { CIM_TYPE_BOOLEAN, "FALSE" }, { CIM_TYPE_UINT8, "255" }, { CIM_TYPE_SINT8, "-128" }, { CIM_TYPE_UINT16, "65535" },
        { CIM_TYPE_SINT16, "-32768" }, { CIM_TYPE_UINT32, "4294967295" }, { CIM_TYPE_SINT32, "-2147483648" },
        { CIM_TYPE_UINT64, "18446744073709551615" }, { CIM_TYPE_SINT64, "-9223372036854775808" },
        { CIM_TYPE_REAL32, "1.5" }, { CIM_TYPE_REAL64, "-INF" }, { CIM_TYPE_CHAR16, "<" }, { CIM_TYPE_STRING, " a <b> &amp; " },
        { CIM_TYPE_STRING, "" }, { CIM_TYPE_DATETIME, "20261121020000.123456+060" }, { CIM_TYPE_DATETIME, "00000000000130.000000:000" },
    };
    /* clang-format on */

    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *name = g_strdup_printf("P%u", i);
        CimValue value;

        cim_value_init(&value, values[i].type, FALSE);
        ck_assert(cim_value_parse(&value, values[i].text, strlen(values[i].text), NULL));
        cim_instance_take(instance, name, &value);
    }
}

static void
assert_same(const CimInstance *a, const CimInstance *b)
{
    ck_assert_str_eq(a->class_name, b->class_name);
    ck_assert_uint_eq(a->n_properties, b->n_properties);
    for (guint i = 0; i < a->n_properties; i++) {
        ck_assert_str_eq(a->properties[i].name, b->properties[i].name);
        ck_assert_msg(a->properties[i].value.type == b->properties[i].value.type, "type of %s",
                      a->properties[i].name);
        if (a->properties[i].value.type != CIM_TYPE_INSTANCE)
            ck_assert_msg(cim_value_equal(&a->properties[i].value, &b->properties[i].value),
                          "property %s", a->properties[i].name);
    }
}

START_TEST(every_type_comes_back)
{
    g_autoptr(CimInstance) instance = cim_instance_new("C");
    g_autoptr(CimInstance) back = NULL;
    g_autofree char *xml = NULL;
    CimValue value;

    add_all_types(instance);
    cim_value_init(&value, CIM_TYPE_UINT32, FALSE);
    cim_instance_take(instance, "Null", &value);
    cim_value_init(&value, CIM_TYPE_STRING, TRUE);
    cim_value_set_string_array(&value, (const char *const[]){"a", "", "<", NULL});
    cim_instance_take(instance, "Array", &value);
    cim_value_init(&value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_take_reference(&value, cim_path_parse("//h/root/v2:K.A=\"x\\\"y\",B=7", NULL));
    cim_instance_take(instance, "Ref", &value);
    xml = cim_instance_to_xml(instance);
    back = from_xml(xml);
    assert_same(instance, back);
}
END_TEST

static CimInstance *
nest(guint levels)
{
    CimInstance *instance = cim_instance_new("Level");
    CimValue value;

    cim_instance_set_string(instance, "Text", "a<b&c");
    if (levels == 0)
        return instance;
    cim_value_init(&value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_take_instance(&value, nest(levels - 1));
    cim_instance_take(instance, "Inner", &value);
    return instance;
}

START_TEST(instances_nest_up_to_a_bound)
{
    g_autoptr(CimInstance) fits = nest(3);
    g_autoptr(CimInstance) too_deep = nest(4);
    g_autofree char *xml = cim_instance_to_xml(fits);
    g_autofree char *deep_xml = cim_instance_to_xml(too_deep);
    g_autoptr(CimInstance) back = from_xml(xml);
    const CimInstance *level = back;

    for (guint i = 0; i < 3; i++)
        level = cim_instance_find(level, "Inner")->instance;
    ck_assert_str_eq(cim_instance_get_string(level, "Text"), "a<b&c");
    assert_refused(deep_xml, CIM_ERR_INVALID_PARAMETER);
}
END_TEST

/* clang-format off */
static const char *const spellings[] = {
    "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint16\"><VALUE>5</VALUE></PROPERTY></INSTANCE>",
    " \r\n<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<INSTANCE CLASSNAME='C'>\n <PROPERTY NAME='N' TYPE='uint16'>\n  <VALUE> 5 </VALUE>\n </PROPERTY>\n</INSTANCE>\n",
    "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><DECLARATION><DECLGROUP><VALUE.OBJECT><INSTANCE CLASSNAME=\"C\">"
      "<PROPERTY NAME=\"N\" TYPE=\"uint16\"><VALUE>5</VALUE></PROPERTY></INSTANCE></VALUE.OBJECT></DECLGROUP></DECLARATION></CIM>",
    "<CIM><DECLARATION><DECLGROUP.WITHPATH><VALUE.OBJECTWITHPATH><INSTANCEPATH><NAMESPACEPATH><HOST>H</HOST><LOCALNAMESPACEPATH>"
      "<NAMESPACE NAME=\"root\"/></LOCALNAMESPACEPATH></NAMESPACEPATH><INSTANCENAME CLASSNAME=\"C\"><KEYVALUE>x</KEYVALUE></INSTANCENAME></INSTANCEPATH>"
      "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint16\"><VALUE>5</VALUE></PROPERTY></INSTANCE></VALUE.OBJECTWITHPATH>"
      "</DECLGROUP.WITHPATH></DECLARATION></CIM>",
    "<INSTANCE CLASSNAME=\"C\"><QUALIFIER NAME=\"dynamic\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER>"
      "<PROPERTY NAME=\"__PATH\" CLASSORIGIN=\"___SYSTEM\" TYPE=\"string\"><VALUE>\\\\H\\root:C.K=\"x\"</VALUE></PROPERTY>"
      "<PROPERTY.ARRAY NAME=\"__DERIVATION\" CLASSORIGIN=\"___SYSTEM\" TYPE=\"string\"><VALUE.ARRAY><VALUE>CIM_A</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>"
      "<PROPERTY NAME=\"N\" CLASSORIGIN=\"C\" PROPAGATED=\"true\" MODIFIED=\"TRUE\" TYPE=\"uint16\">"
      "<QUALIFIER NAME=\"key\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER><VALUE>5</VALUE></PROPERTY></INSTANCE>",
    "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint16\"><VALUE><![CDATA[5]]></VALUE></PROPERTY></INSTANCE>",
    "<INSTANCE CLASSNAME=\"C\" xml:lang=\"en\"><PROPERTY NAME=\"N\" TYPE=\"uint16\"><VALUE>0x5</VALUE></PROPERTY><FUTURE><VALUE>1</VALUE></FUTURE></INSTANCE>",
};

static const struct { const char *xml; int code; } refused[] = {
    { "", CIM_ERR_INVALID_PARAMETER },
    { "x", CIM_ERR_INVALID_PARAMETER },
    { "<INSTANCE/>", CIM_ERR_INVALID_PARAMETER },
    { "<CLASS NAME=\"C\"/>", CIM_ERR_INVALID_PARAMETER },
    { "<CIM/>", CIM_ERR_INVALID_PARAMETER },
    { "<INSTANCE CLASSNAME=\"C\"><PROPERTY TYPE=\"string\"/></INSTANCE>", CIM_ERR_INVALID_PARAMETER },
    { "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint8\"><VALUE>256</VALUE></PROPERTY></INSTANCE>", CIM_ERR_TYPE_MISMATCH },
    { "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint8\"><VALUE>x</VALUE></PROPERTY></INSTANCE>", CIM_ERR_TYPE_MISMATCH },
    { "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint8\"><VALUE.ARRAY/></PROPERTY></INSTANCE>", CIM_ERR_TYPE_MISMATCH },
    { "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"string\" EmbeddedObject=\"instance\"><VALUE>x</VALUE></PROPERTY></INSTANCE>", CIM_ERR_INVALID_PARAMETER },
    { "<!DOCTYPE x><INSTANCE CLASSNAME=\"C\"/>", CIM_ERR_INVALID_PARAMETER },
};
/* clang-format on */

START_TEST(each_spelling_gives_the_same_instance)
{
    g_autoptr(CimInstance) instance = from_xml(spellings[_i]);

    ck_assert_str_eq(instance->class_name, "C");
    ck_assert_uint_eq(instance->n_properties, 1);
    ck_assert_uint_eq(cim_instance_get_uint(instance, "N", 0), 5);
}
END_TEST

START_TEST(what_is_no_instance_is_refused)
{
    assert_refused(refused[_i].xml, refused[_i].code);
}
END_TEST

START_TEST(both_spellings_of_embedded_object_embed)
{
    static const char *const names[] = {"EmbeddedObject", "EMBEDDEDOBJECT"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *xml = g_strdup_printf(
            "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"E\" TYPE=\"string\" %s=\"object\"><VALUE>"
            "&lt;INSTANCE CLASSNAME=&quot;D&quot;/&gt;</VALUE></PROPERTY></INSTANCE>",
            names[i]);
        g_autoptr(CimInstance) instance = from_xml(xml);

        ck_assert_int_eq(cim_instance_find(instance, "E")->type, CIM_TYPE_INSTANCE);
        ck_assert_str_eq(cim_instance_find(instance, "E")->instance->class_name, "D");
    }
}
END_TEST

START_TEST(a_reference_may_be_text)
{
    g_autoptr(CimInstance) instance =
        from_xml("<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"R\" TYPE=\"reference\"><VALUE>"
                 "\\\\HOST\\root\\virtualization\\v2:D.K=\"x\"</VALUE></PROPERTY></INSTANCE>");
    const CimValue *value = cim_instance_find(instance, "R");

    ck_assert_int_eq(value->type, CIM_TYPE_REFERENCE);
    ck_assert_str_eq(value->reference->class_name, "D");
    ck_assert(cim_namespace_equal(value->reference->name_space, "root/virtualization/v2"));
}
END_TEST

/* Looking each name up among all before it must not be what hostile input pays with. */
START_TEST(properties_are_counted)
{
    g_autoptr(GString) xml = g_string_new("<INSTANCE CLASSNAME=\"C\">");

    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(xml, "<PROPERTY NAME=\"P%u\" TYPE=\"string\"/>", i);
    g_string_append(xml, "</INSTANCE>");
    assert_refused(xml->str, CIM_ERR_INVALID_PARAMETER);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("xml-instance");
    TCase *tcase = tcase_create("instance");

    tcase_add_test(tcase, every_type_comes_back);
    tcase_add_test(tcase, instances_nest_up_to_a_bound);
    tcase_add_loop_test(tcase, each_spelling_gives_the_same_instance, 0, G_N_ELEMENTS(spellings));
    tcase_add_loop_test(tcase, what_is_no_instance_is_refused, 0, G_N_ELEMENTS(refused));
    tcase_add_test(tcase, both_spellings_of_embedded_object_embed);
    tcase_add_test(tcase, a_reference_may_be_text);
    tcase_add_test(tcase, properties_are_counted);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
