#include <math.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/error.h"
#include "cim/instance.h"

/* ---- text ---- */

/* clang-format off */
/* @printed: NULL where it is the same as @text */
static const struct { CimType type; const char *text; const char *printed; } fitting[] = {
    { CIM_TYPE_BOOLEAN, "TRUE", NULL },
    { CIM_TYPE_BOOLEAN, "false", "FALSE" },
    { CIM_TYPE_BOOLEAN, " True\n", "TRUE" },
    { CIM_TYPE_CHAR16, "x", NULL },
    { CIM_TYPE_CHAR16, " ", NULL },
    { CIM_TYPE_CHAR16, "€", NULL },
    { CIM_TYPE_CHAR16, "\xef\xbf\xbf", NULL },
    { CIM_TYPE_UINT8, "0", NULL },
    { CIM_TYPE_UINT8, "255", NULL },
    { CIM_TYPE_UINT8, "-0", "0" },
    { CIM_TYPE_SINT8, "-128", NULL },
    { CIM_TYPE_SINT8, "127", NULL },
    { CIM_TYPE_UINT16, "65535", NULL },
    { CIM_TYPE_SINT16, "-32768", NULL },
    { CIM_TYPE_SINT16, "32767", NULL },
    { CIM_TYPE_UINT32, "4294967295", NULL },
    { CIM_TYPE_SINT32, "-2147483648", NULL },
    { CIM_TYPE_SINT32, "2147483647", NULL },
    { CIM_TYPE_UINT64, "18446744073709551615", NULL },
    { CIM_TYPE_SINT64, "-9223372036854775808", NULL },
    { CIM_TYPE_SINT64, "9223372036854775807", NULL },
    { CIM_TYPE_UINT16, "+42", "42" },
    { CIM_TYPE_UINT16, " 42 ", "42" },
    { CIM_TYPE_UINT16, "0042", "42" },
    { CIM_TYPE_UINT16, "0x1F", "31" },
    { CIM_TYPE_UINT16, "0XfFfF", "65535" },
    { CIM_TYPE_SINT16, "-0x8000", "-32768" },
    { CIM_TYPE_UINT8, "101b", "5" },
    { CIM_TYPE_UINT8, "11111111B", "255" },
    { CIM_TYPE_SINT8, "-10000000b", "-128" },
    { CIM_TYPE_UINT64, "0xffffffffffffffff", "18446744073709551615" },
    { CIM_TYPE_REAL64, "1.5", NULL },
    { CIM_TYPE_REAL64, "-1e300", "-1.0000000000000001e+300" },
    { CIM_TYPE_REAL64, ".5E-3", "0.00050000000000000001" },
    { CIM_TYPE_REAL64, "2", NULL },
    { CIM_TYPE_REAL64, "1.7976931348623157e+308", NULL },
    { CIM_TYPE_REAL64, "4.9406564584124654e-324", NULL },
    { CIM_TYPE_REAL32, "0.1", "0.100000001" },
    { CIM_TYPE_REAL32, "3.40282347e+38", NULL },
    { CIM_TYPE_REAL64, "nan", "NaN" },
    { CIM_TYPE_REAL64, "INF", NULL },
    { CIM_TYPE_REAL64, "+INF", "INF" },
    { CIM_TYPE_REAL32, "-INF", NULL },
    { CIM_TYPE_STRING, "", NULL },
    { CIM_TYPE_STRING, " blanks stay ", NULL },
    { CIM_TYPE_DATETIME, "20261121020000.123456+060", NULL },
    { CIM_TYPE_DATETIME, " 00000000000500.000000:000\n", "00000000000500.000000:000" },
};

static const struct { CimType type; const char *text; } unfit[] = {
    { CIM_TYPE_BOOLEAN, "" },
    { CIM_TYPE_BOOLEAN, "yes" },
    { CIM_TYPE_BOOLEAN, "1" },
    { CIM_TYPE_BOOLEAN, "TRUEE" },
    { CIM_TYPE_CHAR16, "" },
    { CIM_TYPE_CHAR16, "xy" },
    { CIM_TYPE_CHAR16, "\xf0\x9f\x98\x80" },
    { CIM_TYPE_CHAR16, "\xe2\x82" },
    { CIM_TYPE_UINT8, "256" },
    { CIM_TYPE_UINT8, "-1" },
    { CIM_TYPE_SINT8, "128" },
    { CIM_TYPE_SINT8, "-129" },
    { CIM_TYPE_UINT16, "65536" },
    { CIM_TYPE_SINT16, "32768" },
    { CIM_TYPE_SINT16, "-32769" },
    { CIM_TYPE_UINT32, "4294967296" },
    { CIM_TYPE_SINT32, "2147483648" },
    { CIM_TYPE_SINT32, "-2147483649" },
    { CIM_TYPE_UINT64, "18446744073709551616" },
    { CIM_TYPE_UINT64, "99999999999999999999999999999999" },
    { CIM_TYPE_SINT64, "9223372036854775808" },
    { CIM_TYPE_SINT64, "-9223372036854775809" },
    { CIM_TYPE_UINT64, "0x10000000000000000" },
    { CIM_TYPE_UINT16, "" },
    { CIM_TYPE_UINT16, " " },
    { CIM_TYPE_UINT16, "-" },
    { CIM_TYPE_UINT16, "0x" },
    { CIM_TYPE_UINT16, "b" },
    { CIM_TYPE_UINT16, "12b" },
    { CIM_TYPE_UINT16, "1 2" },
    { CIM_TYPE_UINT16, "--1" },
    { CIM_TYPE_UINT16, "1.0" },
    { CIM_TYPE_UINT16, "1a" },
    { CIM_TYPE_UINT16, "\xd9\xa3" },
    { CIM_TYPE_REAL64, "" },
    { CIM_TYPE_REAL64, "." },
    { CIM_TYPE_REAL64, "1e" },
    { CIM_TYPE_REAL64, "0x1p3" },
    { CIM_TYPE_REAL64, "infinity" },
    { CIM_TYPE_REAL64, "1e309" },
    { CIM_TYPE_REAL32, "1e39" },
    { CIM_TYPE_REAL64, "1,5" },
    { CIM_TYPE_STRING, "\xff" },
    { CIM_TYPE_DATETIME, "yesterday" },
    { CIM_TYPE_REFERENCE, "C.K=" },
    { CIM_TYPE_INSTANCE, "<INSTANCE/>" },
    { CIM_TYPE_NONE, "1" },
};
/* clang-format on */

static char *
print(const CimValue *value)
{
    GString *text = g_string_new(NULL);

    cim_value_append_text(value, text);
    return g_string_free(text, FALSE);
}

START_TEST(text_that_fits_is_parsed_and_printed)
{
    const char *text = fitting[_i].text;
    g_auto(CimValue) value = {.type = fitting[_i].type};
    g_auto(CimValue) again = {.type = fitting[_i].type};
    g_autoptr(GError) error = NULL;
    g_autofree char *printed = NULL;

    cim_value_parse(&value, text, strlen(text), &error);
    ck_assert_msg(!error, "%s", error ? error->message : "");
    ck_assert(!value.is_null);
    printed = print(&value);
    ck_assert_str_eq(printed, fitting[_i].printed ? fitting[_i].printed : text);
    ck_assert(cim_value_parse(&again, printed, strlen(printed), NULL));
    ck_assert(cim_value_equal(&value, &again));
}
END_TEST

START_TEST(text_that_does_not_fit_is_a_type_mismatch_that_names_the_type)
{
    const char *text = unfit[_i].text;
    g_auto(CimValue) value = {.type = unfit[_i].type, .is_null = TRUE};
    g_autoptr(GError) error = NULL;

    ck_assert(!cim_value_parse(&value, text, strlen(text), &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH));
    ck_assert_msg(unfit[_i].type == CIM_TYPE_REFERENCE ||
                      strstr(error->message, cim_type_name(unfit[_i].type)),
                  "%s", error->message);
    ck_assert(value.is_null);
}
END_TEST

START_TEST(only_the_given_length_is_read)
{
    g_auto(CimValue) value = {.type = CIM_TYPE_UINT16};

    ck_assert(cim_value_parse(&value, "1234", 2, NULL));
    ck_assert_uint_eq(cim_value_get_uint(&value, 0), 12);
    ck_assert(!cim_value_parse(&value, "12\0003", 4, NULL));
    ck_assert_uint_eq(cim_value_get_uint(&value, 0), 12);
}
END_TEST

START_TEST(half_a_character_is_printed_as_a_replacement)
{
    CimValue value = {.type = CIM_TYPE_CHAR16, .char16 = 0xd800};
    g_autofree char *printed = print(&value);

    ck_assert_str_eq(printed, "\xef\xbf\xbd");
}
END_TEST

START_TEST(a_long_bad_text_is_cut_in_the_message)
{
    g_autofree char *text = g_strnfill(100000, '7');
    g_auto(CimValue) value = {.type = CIM_TYPE_UINT8};
    g_autoptr(GError) error = NULL;

    ck_assert(!cim_value_parse(&value, text, 100000, &error));
    ck_assert_uint_lt(strlen(error->message), 200);
}
END_TEST

START_TEST(every_type_is_found_by_its_name_in_any_case)
{
    g_autofree char *upper = g_ascii_strup(cim_type_name((CimType) _i), -1);

    ck_assert_int_eq(cim_type_from_name(upper), _i);
    ck_assert_int_eq(cim_type_from_name(cim_type_name((CimType) _i)), _i);
}
END_TEST

START_TEST(an_embedded_instance_is_a_string_on_the_wire)
{
    ck_assert_str_eq(cim_type_name(CIM_TYPE_INSTANCE), "string");
    ck_assert_int_eq(cim_type_from_name("string"), CIM_TYPE_STRING);
    ck_assert_int_eq(cim_type_from_name("int"), CIM_TYPE_NONE);
    ck_assert_int_eq(cim_type_from_name(""), CIM_TYPE_NONE);
}
END_TEST

/* ---- setters and getters ---- */

static const CimType unsigned_types[] = {CIM_TYPE_UINT8, CIM_TYPE_UINT16, CIM_TYPE_UINT32,
                                         CIM_TYPE_UINT64};

START_TEST(one_setter_serves_all_unsigned_types)
{
    CimType type = unsigned_types[_i];
    CimValue value;

    cim_value_init(&value, type, FALSE);
    ck_assert(value.is_null);
    ck_assert_uint_eq(cim_value_get_uint(&value, 7), 7);
    cim_value_set_uint(&value, cim_type_max_integer(type));
    ck_assert_int_eq(value.type, type);
    ck_assert_uint_eq(cim_value_get_uint(&value, 7), cim_type_max_integer(type));
    ck_assert_int_eq(cim_value_get_sint(&value, -7), -7);
    cim_value_set_null(&value);
    ck_assert(value.is_null);
    ck_assert_int_eq(value.type, type);
}
END_TEST

START_TEST(setting_the_wrong_kind_is_a_programming_error)
{
    CimValue value;

    cim_value_init(&value, CIM_TYPE_STRING, FALSE);
    g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*cim_value_set_uint*");
    cim_value_set_uint(&value, 1);
    g_test_assert_expected_messages();
    ck_assert(value.is_null);
}
END_TEST

START_TEST(setting_a_number_out_of_range_is_a_programming_error)
{
    CimValue value;

    cim_value_init(&value, CIM_TYPE_UINT8, FALSE);
    g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*cim_value_set_uint*");
    cim_value_set_uint(&value, 256);
    g_test_assert_expected_messages();
    ck_assert(value.is_null);
}
END_TEST

START_TEST(a_value_of_no_type_takes_the_type_of_what_is_set)
{
    g_auto(CimValue) value = {0};

    cim_value_set_uint(&value, 5);
    ck_assert_int_eq(value.type, CIM_TYPE_UINT64);
    cim_value_clear(&value);
    cim_value_set_boolean(&value, TRUE);
    ck_assert_int_eq(value.type, CIM_TYPE_BOOLEAN);
    cim_value_clear(&value);
    cim_value_take_string(&value, g_strdup("x"));
    ck_assert_str_eq(cim_value_get_string(&value), "x");
    cim_value_take_string(&value, g_strdup("y"));
    ck_assert_str_eq(cim_value_get_string(&value), "y");
}
END_TEST

START_TEST(what_is_missing_is_null)
{
    g_auto(CimValue) string = {.type = CIM_TYPE_STRING};
    CimValue when = {.type = CIM_TYPE_DATETIME};
    CimValue strings = {.type = CIM_TYPE_STRING, .is_array = TRUE};

    cim_value_take_string(&string, NULL);
    ck_assert(string.is_null);
    cim_value_set_timestamp(&when, 0);
    ck_assert(when.is_null);
    cim_value_set_interval(&when, -1);
    ck_assert(when.is_null);
    cim_value_set_interval(&when, 0);
    ck_assert(!when.is_null);
    cim_value_set_string_array(&strings, NULL);
    ck_assert(strings.is_null);
}
END_TEST

START_TEST(an_empty_array_is_not_null)
{
    g_auto(CimValue) numbers = {.type = CIM_TYPE_UINT16, .is_array = TRUE, .is_null = TRUE};
    g_auto(CimValue) copy = {0};

    cim_value_set_uint_array(&numbers, NULL, 0);
    ck_assert(!numbers.is_null);
    ck_assert_uint_eq(numbers.array.n, 0);
    cim_value_copy(&numbers, &copy);
    ck_assert(cim_value_equal(&numbers, &copy));
}
END_TEST

/* ---- copies ---- */

static void
fill_deep(CimValue *value)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Test_Error");
    CimPath *path = cim_path_new("root/test", "Test_Element");
    CimValue reference = {.type = CIM_TYPE_REFERENCE};
    CimValue strings = {.type = CIM_TYPE_STRING, .is_array = TRUE};
    CimValue *elements;

    cim_path_add_string_key(path, "InstanceID", "a");
    cim_value_take_reference(&reference, path);
    cim_instance_take(instance, "Reference", &reference);
    cim_value_set_string_array(&strings, (const char *const[]){"one", "two", NULL});
    cim_value_set_null(&strings.array.elements[1]);
    cim_instance_take(instance, "Strings", &strings);

    cim_value_init(value, CIM_TYPE_INSTANCE, TRUE);
    elements = cim_value_make_array(value, 2);
    cim_value_take_instance(&elements[0], g_steal_pointer(&instance));
}

START_TEST(a_copy_is_equal_and_outlives_its_original)
{
    g_auto(CimValue) value = {0};
    g_auto(CimValue) copy = {0};
    g_auto(CimValue) other = {0};

    fill_deep(&value);
    cim_value_copy(&value, &copy);
    ck_assert(cim_value_equal(&value, &copy));
    cim_value_clear(&value);

    fill_deep(&other);
    ck_assert(cim_value_equal(&copy, &other));
    cim_instance_set_string((CimInstance *) other.array.elements[0].instance, "Strings", "one");
    ck_assert(!cim_value_equal(&copy, &other));
}
END_TEST

START_TEST(a_copy_of_borrowed_text_owns_its_own)
{
    char text[] = "before";
    g_auto(CimValue) value = {.type = CIM_TYPE_STRING};
    g_auto(CimValue) copy = {0};

    cim_value_set_string(&value, text);
    cim_value_copy(&value, &copy);
    memcpy(text, "after!", sizeof text);
    ck_assert_str_eq(cim_value_get_string(&copy), "before");
}
END_TEST

START_TEST(integers_are_equal_by_number)
{
    CimValue byte = {.type = CIM_TYPE_UINT8, .uinteger = 5};
    CimValue wide = {.type = CIM_TYPE_SINT64, .sinteger = 5};
    CimValue negative = {.type = CIM_TYPE_SINT64, .sinteger = -1};
    CimValue huge = {.type = CIM_TYPE_UINT64, .uinteger = G_MAXUINT64};
    CimValue real = {.type = CIM_TYPE_REAL64, .real = 5};

    ck_assert(cim_value_equal(&byte, &wide));
    ck_assert(!cim_value_equal(&negative, &huge));
    ck_assert(!cim_value_equal(&huge, &negative));
    ck_assert(!cim_value_equal(&byte, &real));
}
END_TEST

START_TEST(not_a_number_equals_itself_and_null_equals_null_of_its_type)
{
    CimValue nan = {.type = CIM_TYPE_REAL64, .real = NAN};
    CimValue null = {.type = CIM_TYPE_REAL64, .is_null = TRUE};
    CimValue other = {.type = CIM_TYPE_STRING, .is_null = TRUE};

    ck_assert(cim_value_equal(&nan, &nan));
    ck_assert(!cim_value_equal(&nan, &null));
    ck_assert(cim_value_equal(&null, &null));
    ck_assert(!cim_value_equal(&null, &other));
}
END_TEST

/* ---- conversion ---- */

/* clang-format off */
/* @result: NULL where it does not fit */
static const struct { CimType from; const char *text; CimType to; const char *result; } conversions[] = {
    { CIM_TYPE_STRING, "42", CIM_TYPE_UINT16, "42" },
    { CIM_TYPE_STRING, "x", CIM_TYPE_UINT16, NULL },
    { CIM_TYPE_STRING, "true", CIM_TYPE_BOOLEAN, "TRUE" },
    { CIM_TYPE_STRING, "00000000000500.000000:000", CIM_TYPE_DATETIME, "00000000000500.000000:000" },
    { CIM_TYPE_STRING, "x", CIM_TYPE_CHAR16, "x" },
    { CIM_TYPE_STRING, "x", CIM_TYPE_INSTANCE, NULL },
    { CIM_TYPE_UINT64, "255", CIM_TYPE_UINT8, "255" },
    { CIM_TYPE_UINT64, "256", CIM_TYPE_UINT8, NULL },
    { CIM_TYPE_UINT64, "128", CIM_TYPE_SINT8, NULL },
    { CIM_TYPE_SINT64, "-128", CIM_TYPE_SINT8, "-128" },
    { CIM_TYPE_SINT64, "-1", CIM_TYPE_UINT64, NULL },
    { CIM_TYPE_UINT64, "7", CIM_TYPE_REAL32, "7" },
    { CIM_TYPE_REAL64, "1.5", CIM_TYPE_REAL32, "1.5" },
    { CIM_TYPE_REAL64, "1e39", CIM_TYPE_REAL32, NULL },
    { CIM_TYPE_REAL64, "1.5", CIM_TYPE_UINT8, NULL },
    { CIM_TYPE_UINT64, "1", CIM_TYPE_STRING, NULL },
    { CIM_TYPE_UINT64, "1", CIM_TYPE_BOOLEAN, NULL },
    { CIM_TYPE_BOOLEAN, "TRUE", CIM_TYPE_STRING, NULL },
};
/* clang-format on */

START_TEST(a_value_is_converted_where_it_fits)
{
    g_auto(CimValue) value = {.type = conversions[_i].from};
    g_autoptr(GError) error = NULL;
    g_autofree char *printed = NULL;

    ck_assert(cim_value_parse(&value, conversions[_i].text, strlen(conversions[_i].text), NULL));
    if (!conversions[_i].result) {
        ck_assert(!cim_value_convert(&value, conversions[_i].to, &error));
        ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH));
        ck_assert_int_eq(value.type, conversions[_i].from);
        return;
    }
    ck_assert(cim_value_convert(&value, conversions[_i].to, &error));
    ck_assert_int_eq(value.type, conversions[_i].to);
    printed = print(&value);
    ck_assert_str_eq(printed, conversions[_i].result);
}
END_TEST

START_TEST(arrays_convert_element_by_element_and_null_becomes_anything)
{
    g_auto(CimValue) value = {.type = CIM_TYPE_STRING, .is_array = TRUE};
    CimValue null = {.type = CIM_TYPE_STRING, .is_null = TRUE};

    cim_value_set_string_array(&value, (const char *const[]){"1", "2", NULL});
    cim_value_set_null(&value.array.elements[0]);
    ck_assert(cim_value_convert(&value, CIM_TYPE_UINT8, NULL));
    ck_assert_int_eq(value.type, CIM_TYPE_UINT8);
    ck_assert(value.array.elements[0].is_null);
    ck_assert_int_eq(value.array.elements[0].type, CIM_TYPE_UINT8);
    ck_assert_uint_eq(cim_value_get_uint(&value.array.elements[1], 0), 2);

    ck_assert(cim_value_convert(&null, CIM_TYPE_INSTANCE, NULL));
    ck_assert_int_eq(null.type, CIM_TYPE_INSTANCE);
}
END_TEST

START_TEST(a_code_has_its_name)
{
    ck_assert_str_eq(cim_error_code_name(CIM_ERR_NOT_FOUND), "CIM_ERR_NOT_FOUND");
    ck_assert_str_eq(cim_error_code_name(28), "CIM_ERR_SERVER_IS_SHUTTING_DOWN");
    ck_assert_str_eq(cim_error_code_name(18), "CIM_ERR_FAILED");
    ck_assert_str_eq(cim_error_code_name(0), "CIM_ERR_FAILED");
    ck_assert_str_eq(cim_error_code_name(-1), "CIM_ERR_FAILED");
    ck_assert_str_eq(cim_error_code_name(29), "CIM_ERR_FAILED");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("value");
    TCase *text = tcase_create("text");
    TCase *data = tcase_create("data");

    tcase_add_loop_test(text, text_that_fits_is_parsed_and_printed, 0, G_N_ELEMENTS(fitting));
    tcase_add_loop_test(text, text_that_does_not_fit_is_a_type_mismatch_that_names_the_type, 0,
                        G_N_ELEMENTS(unfit));
    tcase_add_test(text, only_the_given_length_is_read);
    tcase_add_test(text, half_a_character_is_printed_as_a_replacement);
    tcase_add_test(text, a_long_bad_text_is_cut_in_the_message);
    tcase_add_loop_test(text, every_type_is_found_by_its_name_in_any_case, CIM_TYPE_BOOLEAN,
                        CIM_TYPE_INSTANCE);
    tcase_add_test(text, an_embedded_instance_is_a_string_on_the_wire);
    suite_add_tcase(suite, text);

    tcase_add_loop_test(data, one_setter_serves_all_unsigned_types, 0,
                        G_N_ELEMENTS(unsigned_types));
    tcase_add_test(data, setting_the_wrong_kind_is_a_programming_error);
    tcase_add_test(data, setting_a_number_out_of_range_is_a_programming_error);
    tcase_add_test(data, a_value_of_no_type_takes_the_type_of_what_is_set);
    tcase_add_test(data, what_is_missing_is_null);
    tcase_add_test(data, an_empty_array_is_not_null);
    tcase_add_test(data, a_copy_is_equal_and_outlives_its_original);
    tcase_add_test(data, a_copy_of_borrowed_text_owns_its_own);
    tcase_add_test(data, integers_are_equal_by_number);
    tcase_add_test(data, not_a_number_equals_itself_and_null_equals_null_of_its_type);
    tcase_add_loop_test(data, a_value_is_converted_where_it_fits, 0, G_N_ELEMENTS(conversions));
    tcase_add_test(data, arrays_convert_element_by_element_and_null_becomes_anything);
    tcase_add_test(data, a_code_has_its_name);
    suite_add_tcase(suite, data);
    return run_tap(suite);
}
