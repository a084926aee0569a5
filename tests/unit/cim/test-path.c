#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/error.h"
#include "cim/path.h"
#include "tests/unit/cim/test-schema.h"

/* ---- forms ---- */

/* clang-format off */
/* @printed: NULL where it is the same as @text */
static const struct { const char *text; const char *printed; } forms[] = {
    { "//host/root/v2:Class.Key=\"x\",N=1", NULL },
    { "//host/root/v2:Class", NULL },
    { "//host/root/v2", NULL },
    { "//host", "//host/" },
    { "//host:5988/root/v2:Class.K=\"x\"", NULL },
    { "//[::1]:5988/root/v2:Class.K=\"x\"", NULL },
    { "https://user@host:5989/root/v2:Class.K=\"x\"", "//user@host:5989/root/v2:Class.K=\"x\"" },
    { "//host/:Class.K=\"x\"", NULL },
    { "\\\\HOST\\root\\v2:Class.Key=\"x\"", "//HOST/root/v2:Class.Key=\"x\"" },
    { "\\\\.\\root\\v2:Class.Key=\"x\"", "root/v2:Class.Key=\"x\"" },
    { "//./root/v2", "/root/v2" },
    { "root\\v2:Class", "root/v2:Class" },
    { "root/v2:Class.K=\"x\"", NULL },
    { "/root/v2/:Class.K=\"x\"", "root/v2:Class.K=\"x\"" },
    { "interop:Class", NULL },
    { ":Class", "Class" },
    { "/interop", NULL },
    { "root/v2", "/root/v2" },
    { "Class", NULL },
    { "Class=@", "Class" },
    { "Class=\"x\"", NULL },
    { "Class=7", NULL },
    { "Class.Key=\"x\"", NULL },
    { "Class.Key='x'", "Class.Key=\"x\"" },
    { "Class.A=TRUE,B=false", "Class.A=TRUE,B=FALSE" },
    { "Class.A=18446744073709551615,B=-9223372036854775808", NULL },
    { "Class.A=0x1e,B=101b,C=+5", "Class.A=30,B=5,C=5" },
    { "Class.A=1.5,B=-2e3,C=INF", "Class.A=1.5,B=-2000.0,C=INF" },
    { "Class.A=20261121020000.123456+060", "Class.A=\"20261121020000.123456+060\"" },
    { "Class.A=00000000000500.000000:000,B=1", "Class.A=\"00000000000500.000000:000\",B=1" },
    { "Class.A=\"\"", NULL },
    { "Class.A=\"a,b=c.d:e/f\"", NULL },
    { "Class.A=\"a\\\\b\\\"c\"", NULL },
    { "Class.A=\"a\\b\"", "Class.A=\"a\\\\b\"" },
    { "Class.A=\"it's\"", NULL },
    { "Class.A='say \"x\"'", "Class.A=\"say \\\"x\\\"\"" },
    { "Class.A=\"Microsoft:4764334D-E001\\\\8F9A\"", NULL },
    { "Kl\xc3\xa4sse.Schl\xc3\xbcssel=\"\xe2\x82\xac\"", NULL },
    { "_A.B_1=\"x\"", NULL },
    { "C.R=\"//h/n/s:D.K=\\\"a\\\\\\\"b\\\"\"", NULL },
};

static const struct { const char *text; const char *words; } malformed[] = {
    { "", "expected a class name at offset 0" },
    { "1Class", "expected a class name at offset 0" },
    { "Class.", "expected a key's name at offset 6" },
    { "Class.K", "expected '=' behind a key's name at offset 7" },
    { "Class.K=", "expected a value at offset 8" },
    { "Class.K=\"x", "unterminated string at offset 8" },
    { "Class.K=\"x\\\"", "unterminated string at offset 8" },
    { "Class.K=\"x\\", "unterminated string at offset 8" },
    { "Class.K='x\"", "unterminated string at offset 8" },
    { "Class.K=\"x\"y", "unexpected character at offset 11" },
    { "Class.K=\"x\",", "expected a key's name at offset 12" },
    { "Class.K=\"x\",K=\"y\"", "a key is there twice" },
    { "Class.K=\"x\",k=\"y\"", "a key is there twice" },
    { "Class.K=nonsense", "malformed value at offset 8" },
    { "Class.K=18446744073709551616", "malformed value at offset 8" },
    { "Class.K=1.5.2", "malformed value" },
    { "Class.K=20261321020000.123456+060", "malformed value" },
    { "Class.K=@", "expected a value" },
    { "Class=", "expected a value at offset 6" },
    { "Class=\"x\",K=\"y\"", "unexpected character" },
    { "Class K", "unexpected character at offset 5" },
    { " Class", "expected a class name" },
    { "//", "expected a host" },
    { "///root/v2:Class", "expected a host" },
    { "//ho st/root", "expected '/' behind the host at offset 4" },
    { "//host/root/v2:", "expected a class name at offset 15" },
    { "//host/root/v2.x:Class", "expected ':' behind the namespace" },
    { "root//v2:Class", "empty segment in the namespace" },
    { "//host/Class.K=\"x\"", "expected ':' behind the namespace" },
    { "Class.K=\"\xff\"", "not UTF-8" },
    { "Class.K=\"\xe2\x82", "not UTF-8" },
};
/* clang-format on */

static CimPath *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    CimPath *path = cim_path_parse(text, &error);

    ck_assert_msg(path != NULL, "%s: %s", text, error ? error->message : "");
    return path;
}

START_TEST(every_form_is_read_and_printed_as_a_uri)
{
    const char *expected = forms[_i].printed ? forms[_i].printed : forms[_i].text;
    g_autoptr(CimPath) path = parse(forms[_i].text);
    g_autofree char *printed = cim_path_print(path);
    g_autoptr(CimPath) again = NULL;
    g_autofree char *printed_again = NULL;

    ck_assert_str_eq(printed, expected);
    again = parse(printed);
    printed_again = cim_path_print(again);
    ck_assert_str_eq(printed_again, expected);
}
END_TEST

START_TEST(a_malformed_path_says_what_and_where)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(cim_path_parse(malformed[_i].text, &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_INVALID_PARAMETER));
    assert_contains(error->message, malformed[_i].words);
}
END_TEST

START_TEST(the_parts_of_a_path_are_told_apart)
{
    g_autoptr(CimPath) path = parse("\\\\HOST\\root\\v2:Class.Name=\"x\\\\y\",Number=42");

    ck_assert_str_eq(path->host, "HOST");
    ck_assert_str_eq(path->name_space, "root/v2");
    ck_assert_str_eq(path->class_name, "Class");
    ck_assert_uint_eq(path->n_keys, 2);
    ck_assert_str_eq(cim_path_get_string_key(path, "NAME"), "x\\y");
    ck_assert_ptr_null(cim_path_get_string_key(path, "Number"));
    ck_assert_uint_eq(cim_value_get_uint(cim_path_find_key(path, "number"), 0), 42);
    ck_assert_ptr_null(cim_path_find_key(path, "None"));
}
END_TEST

START_TEST(a_namespace_is_not_a_class)
{
    g_autoptr(CimPath) path = parse("//host/root/v2");
    g_autoptr(CimPath) klass = parse("Class=@");

    ck_assert_ptr_null(path->class_name);
    ck_assert_str_eq(path->name_space, "root/v2");
    ck_assert_ptr_null(klass->name_space);
    ck_assert_str_eq(klass->class_name, "Class");
}
END_TEST

START_TEST(only_the_given_length_is_read)
{
    g_autoptr(CimPath) path = cim_path_parse_length("Class.K=12345", 10, NULL);

    ck_assert_uint_eq(cim_value_get_uint(cim_path_find_key(path, "K"), 0), 12);
    ck_assert_ptr_null(cim_path_parse_length("Class.K=\"a\0b\"", 13, NULL));
    ck_assert_ptr_null(cim_path_parse_length("Class.K=\"a\"", 10, NULL));
    ck_assert_ptr_null(cim_path_parse_length("", 0, NULL));
}
END_TEST

START_TEST(every_prefix_and_every_broken_byte_is_survived)
{
    const char text[] = "\\\\HOST:1\\root\\v2:C.A=\"x\\\"\",B=TRUE,C=-1.5e3,D='\\\\',"
                        "E=20261121020000.123456+060";

    for (gsize length = 0; length < sizeof text; length++) {
        g_autofree char *copy = g_memdup2(text, MAX(length, 1)); /* exact: overruns are seen */
        g_autoptr(CimPath) path = cim_path_parse_length(copy, length, NULL);
    }
    for (gsize at = 0; at < sizeof text - 1; at++)
        for (guint c = 0; c < 256; c++) {
            g_autofree char *copy = g_strdup(text);
            g_autoptr(CimPath) path = NULL;

            copy[at] = (char) c;
            path = cim_path_parse_length(copy, sizeof text - 1, NULL);
        }
}
END_TEST

START_TEST(too_many_keys_are_refused)
{
    g_autoptr(GString) text = g_string_new("Class.K=1");
    g_autoptr(GError) error = NULL;

    for (int i = 0; i < 1000; i++)
        g_string_append_printf(text, ",K%d=1", i);
    ck_assert_ptr_null(cim_path_parse(text->str, &error));
    assert_contains(error->message, "too many keys");
}
END_TEST

START_TEST(the_message_does_not_grow_with_hostile_input)
{
    g_autofree char *text = g_strnfill(1 << 20, '\\');
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(cim_path_parse(text, &error));
    ck_assert_uint_lt(strlen(error->message), 200);
}
END_TEST

/* ---- comparing ---- */

/* clang-format off */
static const struct { const char *a; const char *b; gboolean equal; } pairs[] = {
    { "C.K=\"x\"", "c.k=\"x\"", TRUE },
    { "C.K=\"x\"", "C.K=\"X\"", FALSE },
    { "C.K=\"x\"", "D.K=\"x\"", FALSE },
    { "C.A=1,B=2", "C.B=2,A=1", TRUE },
    { "C.A=1,B=2", "C.A=2,B=1", FALSE },
    { "C.A=1", "C.A=1,B=2", FALSE },
    { "C.A=1", "C", FALSE },
    { "//h/r/v:C.A=1", "//other/R/V:C.A=1", TRUE },
    { "//h/r/v:C.A=1", "C.A=1", TRUE },
    { "//h/r/v:C.A=1", "//h/r/w:C.A=1", FALSE },
    { "C=\"x\"", "C.K=\"x\"", TRUE },
    { "C=\"x\"", "C.K=\"y\"", FALSE },
    { "C=\"x\"", "C.K=\"x\",L=1", FALSE },
    { "C.K=0x10", "C.K=16", TRUE },
    { "C.K=16", "C.K=\"16\"", FALSE },
    { "C.K=TRUE", "C.K=FALSE", FALSE },
    { "C.K=-1", "C.K=18446744073709551615", FALSE },
    { "//h/r/v", "//h/r/v", TRUE },
    { "//h/r/v", "//h/r/v:C", FALSE },
};
/* clang-format on */

START_TEST(paths_are_equal_when_they_name_the_same_thing)
{
    g_autoptr(CimPath) a = parse(pairs[_i].a);
    g_autoptr(CimPath) b = parse(pairs[_i].b);

    ck_assert_int_eq(cim_path_equal(a, b), pairs[_i].equal);
    ck_assert_int_eq(cim_path_equal(b, a), pairs[_i].equal);
    if (pairs[_i].equal)
        ck_assert_uint_eq(cim_path_hash(a), cim_path_hash(b));
}
END_TEST

START_TEST(a_copy_is_equal_and_prints_the_same)
{
    g_autoptr(CimPath) path = parse("//h/r/v:C.A=\"x\",B=2,D=TRUE,E=1.5");
    g_autoptr(CimPath) copy = cim_path_copy(path);
    g_autofree char *a = cim_path_print(path);
    g_autofree char *b = cim_path_print(copy);

    ck_assert(cim_path_equal(path, copy));
    ck_assert_str_eq(a, b);
}
END_TEST

START_TEST(namespaces_compare_in_any_case_and_with_any_slashes)
{
    ck_assert(cim_namespace_equal("root/virtualization/v2", "/ROOT/Virtualization/v2/"));
    ck_assert(cim_namespace_equal("root/v2", "root\\v2"));
    ck_assert(cim_namespace_equal("", "/"));
    ck_assert(!cim_namespace_equal("root/v2", "root/v"));
    ck_assert(!cim_namespace_equal("root/v2", "rootv2"));
}
END_TEST

/* ---- checking ---- */

static const CimClass *
find_class(const char *name)
{
    const CimClass *klass = cim_schema_find(&cim_test_schema, name);

    ck_assert_ptr_nonnull(klass);
    return klass;
}

/* clang-format off */
static const struct { const char *text; const char *checked; } checked[] = {
    { "Test_Everything=\"x\"", "Test_Everything.InstanceID=\"x\"" },
    { "test_everything.INSTANCEID=\"x\"", "test_everything.InstanceID=\"x\"" },
    { "Test_Singleton=@", "Test_Singleton" },
    { "Test_Setting.SystemName=\"s\",Number=7,Primary=TRUE,Created=20261121020000.000000+000",
      "Test_Setting.SystemName=\"s\",Number=7,Primary=TRUE,Created=\"20261121020000.000000+000\"" },
    { "Test_Setting.SystemName=\"s\",Created=\"20261121020000.000000+000\",Number=\"7\",Primary=\"true\"",
      "Test_Setting.SystemName=\"s\",Created=\"20261121020000.000000+000\",Number=7,Primary=TRUE" },
    { "Test_Dependency.Antecedent=\"root/a:C.K=\\\"1\\\"\",Dependent=\"C=2\"",
      "Test_Dependency.Antecedent=\"root/a:C.K=\\\"1\\\"\",Dependent=\"C=2\"" },
};

static const struct { const char *class_name; const char *text; const char *words; } wrong[] = {
    { "Test_Everything", "Test_Everything", "key 'InstanceID' of 'Test_Everything' is missing" },
    { "Test_Everything", "C.Caption=\"x\"", "no key 'Caption'" },
    { "Test_Everything", "C.None=\"x\"", "no key 'None'" },
    { "Test_Everything", "C.InstanceID=7", "key 'InstanceID'" },
    { "Test_Everything", "C.InstanceID=\"x\",Extra=1", "no key 'Extra'" },
    { "Test_Singleton", "C=\"x\"", "has 0 keys" },
    { "Test_Setting", "C=\"x\"", "has 4 keys: the path must name them" },
    { "Test_Setting", "C.SystemName=\"s\",Number=4294967296,Primary=TRUE,Created=\"x\"",
      "key 'Number'" },
    { "Test_Setting", "C.SystemName=\"s\",Number=1,Primary=1,Created=\"x\"", "key 'Primary'" },
    { "Test_Setting", "C.SystemName=\"s\",Number=1,Primary=TRUE,Created=\"x\"", "key 'Created'" },
    { "Test_Setting", "C.SystemName=\"s\",Number=1,Primary=TRUE",
      "key 'Created' of 'Test_Setting' is missing" },
    { "Test_Dependency", "C.Antecedent=\"A=1\",Dependent=\"B.=\"", "key 'Dependent'" },
};
/* clang-format on */

START_TEST(a_checked_path_has_the_declared_names_and_types)
{
    g_autoptr(CimPath) path = parse(checked[_i].text);
    const CimClass *klass = find_class(path->class_name);
    g_autoptr(GError) error = NULL;
    g_autofree char *printed = NULL;

    cim_path_check(path, klass, &error);
    ck_assert_msg(!error, "%s", error ? error->message : "");
    printed = cim_path_print(path);
    ck_assert_str_eq(printed, checked[_i].checked);
    for (guint i = 0; i < path->n_keys; i++)
        ck_assert_int_eq(path->keys[i].value.type,
                         cim_class_find_property(klass, path->keys[i].name)->type);
}
END_TEST

START_TEST(a_wrong_key_is_named)
{
    g_autoptr(CimPath) path = parse(wrong[_i].text);
    g_autoptr(GError) error = NULL;

    ck_assert(!cim_path_check(path, find_class(wrong[_i].class_name), &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_INVALID_PARAMETER));
    assert_contains(error->message, wrong[_i].words);
}
END_TEST

START_TEST(a_key_that_is_there_twice_is_refused)
{
    g_autoptr(CimPath) path = cim_path_new(NULL, "Test_Everything");
    g_autoptr(GError) error = NULL;

    cim_path_add_string_key(path, "InstanceID", "a");
    cim_path_add_string_key(path, "instanceid", "b");
    ck_assert(!cim_path_check(path, find_class("Test_Everything"), &error));
    assert_contains(error->message, "there twice");
}
END_TEST

START_TEST(references_nest_and_come_back)
{
    const CimClass *klass = find_class("Test_Dependency");
    g_autoptr(CimPath) path = cim_path_new("root/v2", "Test_Dependency");
    CimPath *ends[] = {cim_path_new("root/v2", "Test_Element"), cim_path_new(NULL, "Test_Element")};
    const char *const names[] = {"Antecedent", "Dependent"};
    g_autofree char *text = NULL;
    g_autoptr(CimPath) again = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        CimValue reference = {.type = CIM_TYPE_REFERENCE};

        cim_path_add_string_key(ends[i], "InstanceID", "say \"\\x\"");
        cim_value_take_reference(&reference, ends[i]);
        cim_path_take_key(path, names[i], &reference);
    }
    text = cim_path_print(path);
    again = parse(text);
    ck_assert(!cim_path_equal(path, again));
    ck_assert(cim_path_check(again, klass, NULL));
    ck_assert(cim_path_equal(path, again));
    ck_assert_uint_eq(cim_path_hash(path), cim_path_hash(again));
    ck_assert_str_eq(
        cim_path_get_string_key(cim_path_find_key(again, "Dependent")->reference, "InstanceID"),
        "say \"\\x\"");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("path");
    TCase *text = tcase_create("text");
    TCase *meaning = tcase_create("meaning");

    tcase_add_loop_test(text, every_form_is_read_and_printed_as_a_uri, 0, G_N_ELEMENTS(forms));
    tcase_add_loop_test(text, a_malformed_path_says_what_and_where, 0, G_N_ELEMENTS(malformed));
    tcase_add_test(text, the_parts_of_a_path_are_told_apart);
    tcase_add_test(text, a_namespace_is_not_a_class);
    tcase_add_test(text, only_the_given_length_is_read);
    tcase_add_test(text, every_prefix_and_every_broken_byte_is_survived);
    tcase_add_test(text, too_many_keys_are_refused);
    tcase_add_test(text, the_message_does_not_grow_with_hostile_input);
    suite_add_tcase(suite, text);

    tcase_add_loop_test(meaning, paths_are_equal_when_they_name_the_same_thing, 0,
                        G_N_ELEMENTS(pairs));
    tcase_add_test(meaning, a_copy_is_equal_and_prints_the_same);
    tcase_add_test(meaning, namespaces_compare_in_any_case_and_with_any_slashes);
    tcase_add_loop_test(meaning, a_checked_path_has_the_declared_names_and_types, 0,
                        G_N_ELEMENTS(checked));
    tcase_add_loop_test(meaning, a_wrong_key_is_named, 0, G_N_ELEMENTS(wrong));
    tcase_add_test(meaning, a_key_that_is_there_twice_is_refused);
    tcase_add_test(meaning, references_nest_and_come_back);
    suite_add_tcase(suite, meaning);
    return run_tap(suite);
}
