#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/error.h"
#include "cim/instance.h"
#include "tests/unit/cim/test-schema.h"

static const CimClass *
everything(void)
{
    return cim_schema_find(&cim_test_schema, "Test_Everything");
}

static void
take_text(CimInstance *instance, const char *name, CimType type, const char *text)
{
    CimValue value = {.type = type};

    ck_assert(cim_value_parse(&value, text, strlen(text), NULL));
    cim_instance_take(instance, name, &value);
}

START_TEST(properties_keep_their_order_and_are_replaced_in_any_case)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Everything");

    for (guint i = 0; i < 100; i++) {
        g_autofree char *name = g_strdup_printf("P%u", i);

        cim_instance_set_uint(instance, name, CIM_TYPE_UINT32, i);
    }
    cim_instance_set_string(instance, "p50", "fifty");
    ck_assert_uint_eq(instance->n_properties, 100);
    ck_assert_str_eq(instance->properties[50].name, "P50");
    ck_assert_str_eq(cim_instance_get_string(instance, "P50"), "fifty");
    ck_assert_uint_eq(cim_instance_get_uint(instance, "P99", 0), 99);
}
END_TEST

START_TEST(getters_give_the_default_for_what_is_missing_or_different)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Everything");

    cim_instance_set_string(instance, "String", NULL);
    cim_instance_set_boolean(instance, "Boolean", TRUE);
    ck_assert_ptr_null(cim_instance_get_string(instance, "String"));
    ck_assert_ptr_null(cim_instance_get_string(instance, "None"));
    ck_assert_ptr_null(cim_instance_find(instance, "None"));
    ck_assert_uint_eq(cim_instance_get_uint(instance, "String", 7), 7);
    ck_assert(cim_instance_get_boolean(instance, "boolean", FALSE));
    ck_assert(cim_instance_get_boolean(instance, "None", TRUE));
}
END_TEST

START_TEST(equality_ignores_order_and_path)
{
    g_autoptr(CimInstance) a = cim_instance_new("Test_Error");
    g_autoptr(CimInstance) b = cim_instance_new("test_error");
    g_autoptr(CimInstance) copy = NULL;

    cim_instance_set_string(a, "Message", "m");
    cim_instance_set_uint(a, "CIMStatusCode", CIM_TYPE_UINT32, 1);
    a->path = cim_path_new(NULL, "Test_Error");
    cim_instance_set_uint(b, "cimstatuscode", CIM_TYPE_UINT32, 1);
    ck_assert(!cim_instance_equal(a, b));
    cim_instance_set_string(b, "Message", "m");
    ck_assert(cim_instance_equal(a, b));

    copy = cim_instance_copy(a);
    ck_assert(cim_instance_equal(a, copy));
    ck_assert(copy->path && cim_path_equal(copy->path, a->path));
    cim_instance_set_string(copy, "Message", "n");
    ck_assert(!cim_instance_equal(a, copy));
}
END_TEST

/* clang-format off */
static const struct { const char *property; CimType from; const char *text; CimType to; } fitting[] = {
    { "uint8", CIM_TYPE_UINT64, "255", CIM_TYPE_UINT8 },
    { "Uint8", CIM_TYPE_STRING, "255", CIM_TYPE_UINT8 },
    { "Sint64", CIM_TYPE_UINT64, "1", CIM_TYPE_SINT64 },
    { "Real32", CIM_TYPE_UINT64, "1", CIM_TYPE_REAL32 },
    { "Boolean", CIM_TYPE_STRING, "true", CIM_TYPE_BOOLEAN },
    { "Char16", CIM_TYPE_STRING, "x", CIM_TYPE_CHAR16 },
    { "Datetime", CIM_TYPE_STRING, "00000000000500.000000:000", CIM_TYPE_DATETIME },
    { "String", CIM_TYPE_STRING, "x", CIM_TYPE_STRING },
};

static const struct { const char *property; CimType from; const char *text; CimErrorCode code; } unfit[] = {
    { "None", CIM_TYPE_STRING, "x", CIM_ERR_NO_SUCH_PROPERTY },
    { "_one", CIM_TYPE_STRING, "x", CIM_ERR_NO_SUCH_PROPERTY },
    { "Uint8", CIM_TYPE_UINT64, "256", CIM_ERR_TYPE_MISMATCH },
    { "Uint8", CIM_TYPE_STRING, "many", CIM_ERR_TYPE_MISMATCH },
    { "Boolean", CIM_TYPE_UINT64, "1", CIM_ERR_TYPE_MISMATCH },
    { "String", CIM_TYPE_BOOLEAN, "TRUE", CIM_ERR_TYPE_MISMATCH },
    { "Datetime", CIM_TYPE_STRING, "now", CIM_ERR_TYPE_MISMATCH },
    { "Instance", CIM_TYPE_STRING, "<INSTANCE/>", CIM_ERR_TYPE_MISMATCH },
    { "Strings", CIM_TYPE_STRING, "x", CIM_ERR_TYPE_MISMATCH },
};
/* clang-format on */

START_TEST(a_checked_property_has_its_declared_type)
{
    g_autoptr(CimInstance) instance = cim_instance_new("test_everything");
    g_autoptr(GError) error = NULL;

    take_text(instance, fitting[_i].property, fitting[_i].from, fitting[_i].text);
    cim_instance_check(instance, everything(), &error);
    ck_assert_msg(!error, "%s", error ? error->message : "");
    ck_assert_int_eq(instance->properties[0].value.type, fitting[_i].to);
}
END_TEST

START_TEST(a_wrong_property_is_named)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Everything");
    g_autoptr(GError) error = NULL;
    g_autofree char *quoted = g_strdup_printf("property '%s'", unfit[_i].property);

    take_text(instance, unfit[_i].property, unfit[_i].from, unfit[_i].text);
    ck_assert(!cim_instance_check(instance, everything(), &error));
    ck_assert(g_error_matches(error, CIM_ERROR, (int) unfit[_i].code));
    assert_contains(error->message, quoted);
}
END_TEST

START_TEST(system_properties_are_dropped)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Everything");

    cim_instance_set_string(instance, "__PATH", "x");
    cim_instance_set_string(instance, "String", "kept");
    cim_instance_set_string(instance, "__DERIVATION", "x");
    ck_assert(cim_instance_check(instance, everything(), NULL));
    ck_assert_uint_eq(instance->n_properties, 1);
    ck_assert_str_eq(cim_instance_get_string(instance, "String"), "kept");
    /* Growing after shrinking must not lose or overrun anything. */
    for (guint i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("__%u", i);

        cim_instance_set_string(instance, name, "x");
    }
    ck_assert(cim_instance_check(instance, everything(), NULL));
    ck_assert_uint_eq(instance->n_properties, 1);
}
END_TEST

START_TEST(an_instance_of_system_properties_alone_becomes_empty)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Everything");

    cim_instance_set_string(instance, "__PATH", "x");
    ck_assert(cim_instance_check(instance, everything(), NULL));
    ck_assert_uint_eq(instance->n_properties, 0);
    cim_instance_set_string(instance, "String", "x");
    ck_assert_str_eq(cim_instance_get_string(instance, "String"), "x");
}
END_TEST

START_TEST(null_fits_every_property)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Everything");
    const CimValue *value;

    cim_instance_set_string(instance, "Uint16s", NULL);
    ck_assert(cim_instance_check(instance, everything(), NULL));
    value = cim_instance_find(instance, "Uint16s");
    ck_assert(value->is_null && value->is_array);
    ck_assert_int_eq(value->type, CIM_TYPE_UINT16);
}
END_TEST

START_TEST(an_array_has_the_declared_room)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Everything");
    g_autoptr(GError) error = NULL;
    CimValue value = {.type = CIM_TYPE_UINT64, .is_array = TRUE};

    cim_value_set_uint_array(&value, (const guint16[]){1, 2, 3, 4}, 4);
    cim_instance_take(instance, "Four", &value);
    ck_assert(cim_instance_check(instance, everything(), NULL));

    value = (CimValue){.type = CIM_TYPE_UINT64, .is_array = TRUE};
    cim_value_set_uint_array(&value, (const guint16[]){1, 2, 3, 4, 5}, 5);
    cim_instance_take(instance, "Four", &value);
    ck_assert(!cim_instance_check(instance, everything(), &error));
    assert_contains(error->message, "room for 4");
}
END_TEST

START_TEST(an_array_is_no_scalar)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Everything");
    g_autoptr(GError) error = NULL;
    CimValue value = {.type = CIM_TYPE_STRING, .is_array = TRUE};

    cim_value_set_string_array(&value, (const char *const[]){"x", NULL});
    cim_instance_take(instance, "String", &value);
    ck_assert(!cim_instance_check(instance, everything(), &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH));
}
END_TEST

START_TEST(an_instance_of_another_class_is_refused)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Element");
    g_autoptr(GError) error = NULL;

    ck_assert(!cim_instance_check(instance, everything(), &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_INVALID_CLASS));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("instance");
    TCase *data = tcase_create("data");
    TCase *check = tcase_create("check");

    tcase_add_test(data, properties_keep_their_order_and_are_replaced_in_any_case);
    tcase_add_test(data, getters_give_the_default_for_what_is_missing_or_different);
    tcase_add_test(data, equality_ignores_order_and_path);
    suite_add_tcase(suite, data);

    tcase_add_loop_test(check, a_checked_property_has_its_declared_type, 0, G_N_ELEMENTS(fitting));
    tcase_add_loop_test(check, a_wrong_property_is_named, 0, G_N_ELEMENTS(unfit));
    tcase_add_test(check, system_properties_are_dropped);
    tcase_add_test(check, an_instance_of_system_properties_alone_becomes_empty);
    tcase_add_test(check, null_fits_every_property);
    tcase_add_test(check, an_array_has_the_declared_room);
    tcase_add_test(check, an_array_is_no_scalar);
    tcase_add_test(check, an_instance_of_another_class_is_refused);
    suite_add_tcase(suite, check);
    return run_tap(suite);
}
